"""``./run``: what it says, what it leaves alone, and what it takes a virtual environment for."""

import ast
import fcntl
import json
import os
import socket
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture
def run(monkeypatch, tmp_path):
    for name in [name for name in os.environ if name.startswith(("AIRFLOW", "RECRUITING_VENV"))]:
        monkeypatch.delenv(name)
    loader = SourceFileLoader("run", str(ROOT / "run"))
    module = module_from_spec(spec_from_loader("run", loader))
    loader.exec_module(module)
    module.DEMO = tmp_path / "demo"
    module.DEMO.mkdir()
    return module


def called(*arguments, **env):
    return subprocess.run(
        [sys.executable, ROOT / "run", *arguments], env=os.environ | env, capture_output=True, text=True, timeout=60
    )


def test_an_old_python_can_read_it_as_far_as_its_message():
    ast.parse((ROOT / "run").read_text(), feature_version=(3, 6))


def test_it_is_executable_and_imports_the_standard_library_alone():
    assert os.access(ROOT / "run", os.X_OK)
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse((ROOT / "run").read_text()))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module] if isinstance(node, ast.ImportFrom) else []
        )
    }  # fmt: skip
    assert imported <= sys.stdlib_module_names


@pytest.mark.parametrize(
    ("arguments", "code"), [([], 0), (["--help"], 0), (["nonsense"], 2), (["demo", "--nonsense"], 2)]
)
def test_usage_needs_no_set_up(arguments, code, tmp_path):
    answer = called(*arguments, RECRUITING_VENV=str(tmp_path / "venv"))
    assert answer.returncode == code
    assert "./run demo" in answer.stdout + answer.stderr
    assert not (tmp_path / "venv").exists()


def test_help_names_every_command(run):
    assert "bench" in run.COMMANDS
    assert not [name for name in run.COMMANDS if f"./run {name} " not in run.__doc__]


def test_a_folder_that_is_no_virtual_environment_is_left_alone(tmp_path):
    precious = tmp_path / "precious"
    precious.write_text("photos")
    answer = called("psql", RECRUITING_VENV=str(tmp_path))
    assert answer.returncode == 1
    assert "is not a virtual environment" in answer.stderr
    assert precious.read_text() == "photos"


def test_every_setting_of_the_users_is_respected(run, monkeypatch, tmp_path):
    ours = {name for name in run.airflow_env({}) if name.startswith("AIRFLOW__")}
    assert len(ours) > 10
    monkeypatch.setenv("AIRFLOW_HOME", str(tmp_path / "home"))
    for name in ours:
        monkeypatch.setenv(name, "8081" if name.endswith("PORT") else "the user's")
    env = run.airflow_env({"AIRFLOW__API__PORT": "9999", "AIRFLOW_HOME": "/nowhere"})
    assert {env[name] for name in ours} == {"8081", "the user's"}
    assert env["AIRFLOW_HOME"] == str(tmp_path / "home")


def test_a_setting_given_as_a_command_or_a_secret_is_respected(run, monkeypatch):
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR_CMD", "echo CeleryExecutor")
    monkeypatch.setenv("AIRFLOW__CORE__PARALLELISM_SECRET", "parallelism")
    env = run.airflow_env({})
    assert "AIRFLOW__CORE__EXECUTOR" not in env
    assert "AIRFLOW__CORE__PARALLELISM" not in env


def test_the_metadata_database_is_airflows_own_affair(run):
    assert not any("SQL_ALCHEMY_CONN" in name for name in run.airflow_env({}))


def test_the_addresses_follow_the_port(run):
    env = run.airflow_env({"AIRFLOW__API__PORT": "9999"})
    assert env["AIRFLOW__API__BASE_URL"] == "http://localhost:9999"
    assert env["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == "http://localhost:9999/execution/"


def test_the_password_is_generated_once_and_for_the_owner_alone(run):
    file = Path(run.airflow_env({})["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"])
    passwords = json.loads(file.read_text())
    assert len(passwords["admin"]) >= 12
    assert file.stat().st_mode & 0o777 == 0o600
    run.airflow_env({})
    assert json.loads(file.read_text()) == passwords


def test_children_keep_byte_code(run, monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    assert "PYTHONDONTWRITEBYTECODE" not in run.child_env()


JSON = '{"conn_type": "postgres", "host": "db", "port": 5433, "login": "me", "password": "p@ss", "schema": "crm", %s}'


@pytest.mark.parametrize(
    ("connection", "more"),
    [
        ("postgresql://me:p%40ss@db:5433/crm", {}),
        ("postgres://me:p%40ss@db:5433/crm?sslmode=require", {"PGSSLMODE": "require"}),
        ("postgres://me:p%40ss@db:5433/crm?__extra__=%7B%22sslmode%22%3A%20%22require%22%7D", {"PGSSLMODE": "require"}),
        (JSON % '"extra": {"sslmode": "require"}', {"PGSSLMODE": "require"}),
        (JSON % '"extra": "{\\"options\\": \\"-c x=1\\"}"', {"PGOPTIONS": "-c x=1"}),
    ],
)
def test_psql_reads_a_connection_as_airflow_does(run, connection, more):
    told = {"PGHOST": "db", "PGPORT": "5433", "PGUSER": "me", "PGPASSWORD": "p@ss", "PGDATABASE": "crm"}
    assert run.libpq_env(connection) == told | more


@pytest.mark.parametrize(
    "connection",
    [
        "postgresql://postgres@%2Ftmp%2FServers/crm",
        "postgres://postgres@/crm?host=%2Ftmp%2FServers",
        '{"conn_type": "postgres", "host": "/tmp/Servers", "login": "postgres", "schema": "crm"}',
    ],
)
def test_psql_finds_a_socket(run, connection):
    assert run.libpq_env(connection) == {"PGHOST": "/tmp/Servers", "PGUSER": "postgres", "PGDATABASE": "crm"}


def test_a_taken_port_is_passed_over(run):
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind(("127.0.0.1", 8080))
            taken.listen()
        except OSError:
            pass  # somebody else has taken it, which serves as well
        assert run.free_port() not in (0, 8080)


def test_a_virtual_environment_fits_when_it_is_finished_and_its_locks_are_the_same(run, tmp_path):
    run.Stamp.path, run.PYTHON = tmp_path / "stamp.json", Path(sys.executable)
    assert not run.Stamp.fits(dev=False)
    run.Stamp.path.write_text('{"unfinished": true}')
    assert not run.Stamp.fits(dev=False)
    run.Stamp.path.write_text(json.dumps(run.Stamp.wanted(dev=False)))
    assert run.Stamp.fits(dev=False)
    assert not run.Stamp.fits(dev=True)
    run.Stamp.path.write_text(json.dumps(run.Stamp.wanted(dev=True)))
    assert run.Stamp.fits(dev=False)
    run.Stamp.path.write_text(json.dumps(run.Stamp.wanted(dev=False) | {"requirements.lock": "another"}))
    assert not run.Stamp.fits(dev=False)


def test_the_demo_is_running_for_as_long_as_its_file_is_locked(run):
    assert run.the_demo() == ({}, False)
    with (run.DEMO / "running.json").open("w") as file:
        file.write('{"AIRFLOW__API__PORT": "8081"}')
        file.flush()
        fcntl.flock(file, fcntl.LOCK_EX)
        assert run.the_demo() == ({"AIRFLOW__API__PORT": "8081"}, True)
    assert run.the_demo() == ({"AIRFLOW__API__PORT": "8081"}, False)


def test_a_python_that_does_not_run_has_no_version(run, tmp_path):
    shim = tmp_path / "python3.12"
    shim.write_text("#!/bin/sh\necho 3.12\nexit 127\n")
    shim.chmod(0o755)
    assert run.version_of(shim) is None
    assert run.version_of(tmp_path / "missing") is None
    assert run.version_of(sys.executable) == run.OURS
