"""dlt's virtual environment."""

import subprocess

import pytest

from bench import environment
from bench.environment import python_of, version_of


@pytest.fixture
def commands():
    return []


@pytest.fixture
def run(commands):
    def run(name, command):
        commands.append(name)
        subprocess.run(command, check=True)

    return run


def test_it_is_made_once_and_again_when_the_lock_changes(tmp_path, monkeypatch, run, commands):
    lock = tmp_path / "lock"
    lock.write_text("# nothing to install\n")
    monkeypatch.setattr(environment, "LOCK", lock)
    folder = tmp_path / "venv"
    python = python_of(folder, run)
    assert subprocess.run([python, "-c", ""]).returncode == 0
    assert commands == ["venv", "install"]
    assert python_of(folder, run) == python
    assert commands == ["venv", "install"]
    lock.write_text("# still nothing\n")
    python_of(folder, run)
    assert commands == ["venv", "install"] * 2


def test_one_that_could_not_be_finished_is_made_again(tmp_path, monkeypatch, run, commands):
    lock = tmp_path / "lock"
    lock.write_text("./no-such-package\n")
    monkeypatch.setattr(environment, "LOCK", lock)
    with pytest.raises(subprocess.CalledProcessError):
        python_of(tmp_path / "venv", run)
    lock.write_text("# nothing to install\n")
    python_of(tmp_path / "venv", run)
    assert commands == ["venv", "install"] * 2


def test_the_lock_pins_what_is_asked_for_with_hashes():
    assert version_of("dlt")
    lines = environment.LOCK.read_text().splitlines()
    assert any(line.startswith("psycopg2-binary==") for line in lines)
    pinned = [number for number, line in enumerate(lines) if "==" in line and not line.startswith(" ")]
    assert pinned
    assert all("--hash=sha256:" in lines[number + 1] for number in pinned)
