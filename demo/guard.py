"""Processes that end: whatever happens to ``./run``, nothing that it started is left behind."""

import ctypes
import os
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from demo import postgres
from demo.say import say

LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36


class Stopped(BaseException):
    """Somebody wants an end: Ctrl-C, SIGTERM, or the death of the ``./run`` that a person sees."""


class Lifeline:
    """The read end of a pipe whose write end only the parent holds: it ends when the parent does."""

    def __init__(self, handle: int) -> None:
        self.handle = handle

    def pause(self, seconds: float) -> None:
        """Sleep.

        :raises Stopped: the parent is gone
        """
        if select.select([self.handle], [], [], seconds)[0]:
            raise Stopped


def guarded(work: Callable[[Lifeline], int], pgdata: Path) -> int:
    """
    Do the work in a child process; whichever of the two dies first, the other one ends all that was started.

    :param work: returns an exit code; must sleep by its lifeline
    :param pgdata: of the embedded Postgres that the work may hold
    :returns: the work's exit code; 130 if it was stopped, 1 if it died
    """
    _adopt_orphans()
    lifeline, held = os.pipe()
    worker = os.fork()
    if worker == 0:
        os.close(held)
        os._exit(_in_worker(work, Lifeline(lifeline), pgdata))
    os.close(lifeline)
    asked: list[int] = []

    def stop(number: int, _: object) -> None:
        with suppress(ProcessLookupError):
            os.kill(worker, signal.SIGKILL if asked else signal.SIGTERM)
        asked.append(number)

    # `command &` in a script ignores SIGINT, which is overruled; nohup's ignored SIGHUP is meant.
    signals = [signal.SIGINT, signal.SIGTERM]
    signals += [signal.SIGHUP] if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN else []
    for number in signals:
        signal.signal(number, stop)
    _, status = os.waitpid(worker, 0)
    for number in signals:
        signal.signal(number, signal.SIG_IGN)
    end_everything(worker, pgdata)
    return os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else 1


def _in_worker(work: Callable[[Lifeline], int], lifeline: Lifeline, pgdata: Path) -> int:
    def stop(*_: object) -> None:
        raise Stopped

    code = 1
    try:
        # Ctrl-C is the parent's to pass on: the children of a session of its own do not get it by themselves.
        os.setsid()
        _adopt_orphans()
        signal.signal(signal.SIGTERM, stop)
        code = work(lifeline)
    except Stopped:
        code = 130
    except SystemExit as end:
        say(f"\n{end.code}")
    except BaseException:
        say(f"\n{traceback.format_exc()}")
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        end_everything(os.getpid(), pgdata)
    return code


def end_everything(session: int, pgdata: Path) -> None:
    """
    Kill what is left below this process and in a session; an embedded Postgres ends by itself, with its last holder.

    :param session: its id, which is its first process'
    """
    deadline = time.monotonic() + 60
    while True:
        left = {*psutil.Process().children(recursive=True), *_in_session(session)}
        holders = {process for process in left if postgres.__name__ in _command(process)}
        server = {process for process in left if _program(process) == "postgres"}
        for process in left - server - holders.union(*(_below(holder) for holder in holders)):
            with suppress(psutil.NoSuchProcess):
                process.kill()
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        if left == server or time.monotonic() > deadline:
            break
        time.sleep(0.05)
    if server:
        # Its holder was killed, or somebody else holds it: one more holder, who leaves at once, finds out.
        with suppress(SystemExit), postgres.held(pgdata):
            pass


def _below(process: psutil.Process) -> list[psutil.Process]:
    try:
        return list(process.children(recursive=True))
    except psutil.NoSuchProcess:
        return []


def _in_session(session: int) -> Iterator[psutil.Process]:
    for process in psutil.process_iter():
        with suppress(OSError):
            if os.getsid(process.pid) == session and process.pid != os.getpid():
                yield process


def _command(process: psutil.Process) -> list[str]:
    try:
        return list(process.cmdline())
    except psutil.Error:
        return []


def _program(process: psutil.Process) -> str:
    """The name of its program; Postgres' own processes call themselves ``postgres: something``."""
    return Path("".join(_command(process)[:1]).partition(":")[0]).name


def end_with_parent() -> None:
    """In a child before exec, on Linux: SIGTERM when its parent dies."""
    _prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _adopt_orphans() -> None:
    _prctl(PR_SET_CHILD_SUBREAPER, 1)


def _prctl(option: int, value: int) -> None:
    if LIBC:
        LIBC.prctl(option, value, 0, 0, 0)
