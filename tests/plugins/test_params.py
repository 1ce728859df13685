"""The trigger forms: what they take, and what they say of what they do not take."""

import json

import pytest
from airflow.sdk.definitions.param import ParamsDict
from airflow.sdk.exceptions import ParamValidationError

from include.planning import moment
from include.sources import SOURCES
from plugins.params import params, replay_params, retention

PROJECT = "3c90c3cc-0d44-4b50-8888-8dd257360521"
FORMS = {
    "leonar": params("leonar", windowed=True),
    "recruitsome": params("recruitsome", windowed=True),
    "refresh": params("leonar", windowed=False),
    "replay": replay_params("leonar"),
    "housekeeping": retention(30),
}


def submit(form, name, value):
    """Have Airflow check a value as it does when a run is triggered."""
    ParamsDict(FORMS[form])[name] = value


@pytest.mark.parametrize("form", FORMS)
def test_a_form_can_be_submitted_as_it_comes(form):
    ParamsDict(FORMS[form]).validate()


@pytest.mark.parametrize(
    ("form", "name", "value"),
    [
        ("leonar", "conn_id", "leonar_acme"),
        ("leonar", "project_ids", [PROJECT]),
        ("leonar", "project_ids", None),
        ("recruitsome", "user_ids", ["5", "12"]),
        ("recruitsome", "user_ids", [5, 12]),
        ("leonar", "filters", {"keywords": ["python"]}),
        ("refresh", "allow_mass_delete", True),
        ("replay", "extraction_ids", [12, 15]),
        ("replay", "read_from", "2026-11-20 08:00"),
        ("housekeeping", "retention_days", 7),
    ],
)
def test_a_form_takes_what_its_help_says(form, name, value):
    submit(form, name, value)


@pytest.mark.parametrize(
    "given",
    [
        *("2026-11-20", "2026-11-20T08:00", "2026-11-20T08:00:00", "2026-11-20T08:00:00Z", "2026-11-20T08:00:00+01:00"),
        *("2026-11-20T08:00:00.123456+00:00", "2026-11-20 08:00:00-0500"),
    ],
)
def test_a_moment_that_the_form_takes_is_one_for_plan(given):
    submit("leonar", "created_from", given)
    assert moment("created_from", given).utcoffset() is not None


@pytest.mark.parametrize(
    ("form", "name", "value", "said"),
    [
        ("leonar", "conn_id", "", "'' does not match"),
        ("leonar", "conn_id", None, "None is not of type 'string'"),
        ("leonar", "conn_id", "leonar acme", "'leonar acme' does not match"),
        ("leonar", "project_ids", ["Sales"], "'Sales' is not a 'uuid'"),
        ("leonar", "project_ids", PROJECT, "is not of type 'null', 'array'"),
        ("leonar", "project_ids", [PROJECT, PROJECT], "has non-unique elements"),
        ("recruitsome", "user_ids", ["me"], "'me' does not match '^[0-9]"),
        ("leonar", "filters", {"shoe_size": 44}, "'shoe_size' is not one of ['job_titles', 'companies',"),
        ("leonar", "filters", {"page_size": 1_000}, "'page_size' is not one of ['job_titles', 'companies',"),
        ("recruitsome", "filters", {"user_id": 5}, "'user_id' is not one of ['email', 'search', 'status',"),
        ("leonar", "created_from", "last tuesday", "'last tuesday' does not match '^[0-9]{4}-[0-9]{2}-"),
        ("leonar", "created_before", "20-11-2026", "'20-11-2026' does not match"),
        ("refresh", "allow_mass_delete", "yes", "'yes' is not of type 'boolean'"),
        ("replay", "extraction_ids", ["all"], "'all' is not of type 'integer'"),
        ("replay", "extraction_ids", [0], "0 is less than the minimum of 1"),
        ("housekeeping", "retention_days", 0, "0 is less than the minimum of 1"),
    ],
)
def test_a_form_refuses_what_no_run_could_use_and_says_which_field_and_why(form, name, value, said):
    with pytest.raises(ParamValidationError) as refused:
        submit(form, name, value)
    assert f"Invalid input for param {name}: " in str(refused.value)
    assert said in str(refused.value)


@pytest.mark.parametrize("source", SOURCES)
def test_the_filters_of_the_help_are_filters_of_the_source(source):
    example = json.loads(SOURCES[source].filter_example)
    assert SOURCES[source].filters(example) == example
    assert SOURCES[source].filter_example in FORMS[source]["filters"].description
