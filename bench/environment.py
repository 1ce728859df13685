"""dlt's own virtual environment, made from ``dlt.lock``: its packages are nobody else's business."""

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from demo.say import say

LOCK = Path(__file__).parent / "dlt.lock"

Run = Callable[[str, list[str]], object]


def python_of(folder: Path, run: Run) -> Path:
    """
    The interpreter of the virtual environment in ``folder``, which is made, or made anew, if need be.

    :param run: runs a command by its name
    """
    python, stamp = folder / "bin" / "python", folder / "made-from.json"
    wanted = json.dumps({"python": sys.version, "lock": hashlib.sha256(LOCK.read_bytes()).hexdigest()})
    if python.exists() and stamp.exists() and stamp.read_text() == wanted:
        return python
    say(f"Installing {LOCK.read_text().count('==')} packages of dlt into {folder} ...")
    uv = shutil.which("uv")
    if uv and _works(uv):
        run("venv", [uv, "venv", "-q", "--clear", "--python", sys.executable, str(folder)])
        install = [uv, "pip", "install", "-q", "--python", str(python), "--compile-bytecode"]
    else:
        run("venv", [sys.executable, "-m", "venv", "--clear", str(folder)])
        install = [str(python), "-m", "pip", "install", "-q"]
    run("install", [*install, "--no-deps", "--require-hashes", "-r", str(LOCK)])
    stamp.write_text(wanted)
    return python


def version_of(package: str) -> str:
    """The version of a package that the lock names."""
    line = next(line for line in LOCK.read_text().splitlines() if line.startswith(f"{package}=="))
    return line.split("==")[1].split()[0]


def _works(uv: str) -> bool:
    return subprocess.run([uv, "--version"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0  # noqa: S603
