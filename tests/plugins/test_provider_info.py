import json
from pathlib import Path

import airflow
import jsonschema
import pytest
from airflow.providers_manager import ProvidersManager

from include.sources import SOURCES
from plugins.hooks import hook_of
from plugins.provider_info import get_provider_info


@pytest.mark.parametrize("name", SOURCES)
def test_airflow_knows_the_connection_type_its_form_and_its_hook(name):
    manager = ProvidersManager()
    hook = manager.hooks[name]
    assert hook.hook_class_name == f"plugins.hooks.{name}.{type(hook_of(name, 'any')).__name__}"
    assert hook.hook_name == SOURCES[name].title
    assert hook.connection_testable
    behaviour = manager.field_behaviours[name]
    assert behaviour["relabeling"] == {"password": "API key", "host": "Base URL"}
    assert behaviour["placeholders"]["host"] == SOURCES[name].base_url
    fields = {
        field.split("__")[-1] for field in manager.connection_form_widgets if field.startswith(f"extra__{name}__")
    }
    assert fields == {SOURCES[name].owners_param, "filters", "budget_reserve", "max_concurrency"}
    widgets = [manager.connection_form_widgets[f"extra__{name}__{field}"].field for field in fields]
    assert all(widget["schema"]["title"] and widget["description"].endswith(".") for widget in widgets)


def test_the_metadata_is_as_airflows_schema_has_it():
    schema = json.loads((Path(airflow.__file__).parent / "provider_info.schema.json").read_text())
    jsonschema.validate(get_provider_info(), schema)
