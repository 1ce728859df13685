"""Whatever happens to a guarded work, nothing that it started is left behind."""

import os
import signal
import subprocess
import sys

import psutil
import pytest

WORK = """
import psutil, signal, subprocess, sys
from pathlib import Path
from demo.guard import guarded

STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(600)"
CHILD = f"subprocess.Popen([sys.executable, '-c', {STUBBORN!r}], start_new_session=True)"

def work(life):
    for program in (STUBBORN, f"import subprocess, sys; {CHILD}.wait()"):
        subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE).stdout.read(1)
    print(*[process.pid for process in psutil.Process().children(recursive=True)], flush=True)
    if "raise" in sys.argv:
        raise ValueError("as asked")
    if "return" in sys.argv:
        return 7
    life.pause(600)

# Under nohup, the tests ignore it, and what they start would.
signal.signal(signal.SIGHUP, signal.SIG_DFL)
sys.exit(guarded(work, Path("nowhere")))
"""


def started(*arguments):
    return subprocess.Popen([sys.executable, "-c", WORK, *arguments], stdout=subprocess.PIPE, text=True)


def below(front):
    """What the work has started, and that it has."""
    started_by_work = [psutil.Process(int(pid)) for pid in front.stdout.readline().split()]
    assert len(started_by_work) == 3
    return started_by_work


def assert_gone(processes):
    _, alive = psutil.wait_procs(processes, timeout=30)
    assert not alive


@pytest.mark.parametrize(
    ("whom", "number", "code"),
    [
        ("front", signal.SIGINT, 130),
        ("front", signal.SIGTERM, 130),
        ("front", signal.SIGHUP, 130),
        ("front", signal.SIGKILL, -signal.SIGKILL),
        ("worker", signal.SIGTERM, 130),
        ("worker", signal.SIGKILL, 1),
    ],
)
def test_a_signal_ends_everything(whom, number, code):
    with started() as front:
        everything = below(front)
        (worker,) = psutil.Process(front.pid).children()
        os.kill(front.pid if whom == "front" else worker.pid, number)
        assert_gone([worker, *everything])
        assert front.wait(30) == code


@pytest.mark.parametrize(("end", "code", "said"), [("raise", 1, "ValueError: as asked"), ("return", 7, "")])
def test_what_a_work_leaves_behind_is_ended(end, code, said):
    with started(end) as front:
        pids = [int(pid) for pid in front.stdout.readline().split()]
        assert len(pids) == 3
        assert front.stdout.read().strip().endswith(said)
        assert front.wait(30) == code
    assert not [pid for pid in pids if psutil.pid_exists(pid)]


def test_a_second_ctrl_c_is_in_a_hurry():
    with started() as front:
        everything = below(front)
        for _ in range(2):
            front.send_signal(signal.SIGINT)
        assert_gone(everything)
        assert front.wait(30) in (1, 130)
