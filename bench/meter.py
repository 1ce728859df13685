"""What a child process knows of its own cost. Standard library only: dlt's virtual environment imports it, too."""

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

Reading = dict[str, float]


def read() -> Reading:
    """
    The cost of this process until now.

    :returns: ``at`` (Unix time) and ``cpu``, both in seconds, ended children included; ``peak``, the largest resident
        memory so far in bytes
    """
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {"at": time.time(), "cpu": time.process_time() + ended.ru_utime + ended.ru_stime, "peak": _peak()}


def report(path: Path, began: Reading, **more: Any) -> None:
    """Write what the work since ``began`` took, and ``more``, as JSON to ``path``."""
    now = read()
    work = {"wall": now["at"] - began["at"], "cpu": now["cpu"] - began["cpu"], "grown": now["peak"] - began["peak"]}
    path.write_text(json.dumps({"work": work, "peak": now["peak"], **more}))


def _peak() -> float:
    status = Path("/proc/self/status")
    if status.exists():
        # ru_maxrss begins with what the parent held when it forked.
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
