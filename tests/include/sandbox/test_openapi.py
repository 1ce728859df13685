from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import negative_data_rejection

from include.sandbox.scale import Scale
from include.sandbox.server import Sandbox
from include.sandbox.world import World

FOLDER = Path(__file__).parents[3] / "include" / "sandbox"
GENTLY = settings(
    max_examples=25,
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)

HEADER = ParameterLocation.HEADER
leonar = schemathesis.openapi.from_path(FOLDER / "leonar.openapi.yaml")
recruitsome = schemathesis.openapi.from_path(FOLDER / "recruitsome.openapi.yaml")


@pytest.fixture(scope="module")
def sandbox():
    generous = {"leonar": (100_000, 3600.0), "recruitsome": (100_000, 3600.0)}
    with Sandbox(World(Scale(contacts=60, candidates=60, odd=0)), limits=generous) as running:
        yield running


def with_known_owner(case, params, name, owner, requests):
    """Every other valid request names an owner that exists; the rest are told that theirs does not."""
    if case.meta.generation.mode.is_positive and isinstance(params, dict) and name in params and requests % 2:
        params[name] = owner


def hold(case, sandbox, key):
    """Send the case, and hold the answer to the document.

    A parameter that no page names, and a key that is sent after all, are no reason for the vendors to refuse.
    """
    documented = {parameter.name for parameter in case.operation.query}
    wrong = {location for location, part in case.meta.components.items() if part.mode.is_negative} - {HEADER}
    refusable = wrong and not set(case.query or ()) - documented
    case.call_and_validate(
        base_url=sandbox.url,
        headers={"Authorization": f"Bearer {key}"},
        excluded_checks=None if refusable or case.meta.generation.mode.is_positive else [negative_data_rejection],
    )


@leonar.parametrize()
@GENTLY
def test_leonar_keeps_its_document(case, sandbox):
    project = next(iter(sandbox.state.world.projects))
    with_known_owner(case, case.body, "project_id", project, len(sandbox.requests()))
    hold(case, sandbox, "leo_sandbox")


@recruitsome.parametrize()
@GENTLY
def test_recruitsome_keeps_its_document(case, sandbox):
    with_known_owner(case, case.query, "user_id", 1, len(sandbox.requests()))
    hold(case, sandbox, "recruitsome_sandbox")


def test_the_documents_were_held_to_answers_of_every_kind(sandbox):
    seen = {(entry["path"].rsplit("/", 1)[1], entry["status"]) for entry in sandbox.requests()}
    assert {("search", 200), ("search", 400), ("search", 404), ("projects", 200), ("projects", 400)} <= seen
    assert {("candidates", 200), ("candidates", 422), ("candidates", 404), ("team", 200), ("health", 200)} <= seen
