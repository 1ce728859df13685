import shlex
import signal
import subprocess
import sys
from contextlib import contextmanager

import httpx
import pytest

ARGUMENTS = [sys.executable, "-m", "include.sandbox", "--contacts", "30", "--candidates", "30", "--until", "2026-01-01"]


@contextmanager
def running(*more):
    process = subprocess.Popen([*ARGUMENTS, *more], stdout=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline()
        assert line.startswith("listening on http://127.0.0.1:")
        yield process, line.split()[-1]
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_it_says_where_it_listens_and_ends_cleanly_when_told(sign):
    with running() as (process, url):
        assert httpx.get(f"{url}/sandbox/counts").json()["live_contacts"] == 30
        process.send_signal(sign)
        assert process.wait(10) == 0


def test_its_options_reach_the_world_the_keys_the_limits_and_the_trouble():
    options = ["--leonar-key", "leo_a=projects:read", "--recruitsome-key", "b", "--recruitsome-limit", "2"]
    options += [
        "--trouble",
        '[{"effect": "status", "value": 502, "times": 1}]',
        "--readings",
        '{"rate_headers": "none"}',
    ]
    with running(*options) as (_, url):

        def get(path, key):
            return httpx.get(f"{url}/api/v1/{path}", headers={"Authorization": f"Bearer {key}"})

        assert [get("projects", key).status_code for key in ("leo_a", "leo_a", "leo_sandbox")] == [502, 200, 401]
        answers = [get("team", "b") for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert "Retry-After" not in answers[2].headers


def test_it_ends_with_its_parent_where_it_is_told_to():
    # The shell dies as soon as the sandbox listens; whoever holds its output then sees the end of it.
    script = f"{shlex.join([*ARGUMENTS, '--with-parent'])} & read line; exit"
    shell = subprocess.Popen(["/bin/sh", "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    url = shell.stdout.readline().split()[-1]
    assert httpx.get(f"{url}/sandbox/counts").status_code == 200
    shell.stdin.write("\n")
    shell.stdin.flush()
    assert shell.wait(10) == 0
    assert shell.stdout.read() == ""
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/sandbox/counts")
    shell.stdin.close()
    shell.stdout.close()
