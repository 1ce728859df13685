"""``python -m bench.theirs GIVEN REPORT``, in dlt's own virtual environment: one run of a dlt pipeline.

Both APIs by dlt's ``rest_api`` source, as its documentation has a user configure it
(https://dlthub.com/docs/dlt-ecosystem/verified-sources/rest_api/basic): bearer keys, its page-number paginator in the
JSON body and in the query, candidates as a resource that depends on the team, merge by the primary key.
"""

import json
import sys
from pathlib import Path
from typing import Any

import dlt
from dlt.sources.rest_api import rest_api_source

from bench.meter import read, report


def known_by(contact: dict[str, Any]) -> dict[str, Any]:
    """The contact with a key: those without a LinkedIn profile have no ``profile_id``, and a key must not be null."""
    return {**contact, "contact_key": contact["profile_id"] or f"crm:{contact['existing_contact_id']}"}


def leonar(api: str, key: str, project: str, window: tuple[str, str] | None) -> Any:
    """
    The contacts of the whole CRM, or of a window.

    :param window: two dates for the filters ``created_after`` and ``created_before``. It is given, not remembered: a
        profile has no field that an incremental cursor could read
    """
    created = {"created_after": window[0], "created_before": window[1]} if window else {}
    contacts = {
        "name": "contacts",
        "primary_key": "contact_key",
        "processing_steps": [{"map": known_by}],
        "endpoint": {
            "path": "sourcing/contacts/search",
            "method": "POST",
            "json": {"project_id": project, "page_size": 25, **created},
            "data_selector": "data.profiles",
            "paginator": {
                "type": "page_number",
                "base_page": 1,
                "page_body_path": "page",
                "total_path": None,
                "has_more_path": "data.has_more",
            },
        },
    }
    return _source("leonar", api, key, [contacts])


def recruitsome(api: str, key: str, since: str | None) -> Any:
    """
    The candidates of every user whom the team lists.

    :param since: load those created since alone, by an incremental cursor. The endpoint has no such filter, so every
        page is read all the same; and dlt stops at the first row that is too old (``row_order``) in no resource that
        depends on another one
    """
    paginator = {"type": "page_number", "base_page": 1, "page_param": "page", "total_path": "meta.last_page"}
    pages = {"data_selector": "data", "paginator": paginator}
    incremental = {"incremental": {"cursor_path": "created_at", "initial_value": since}} if since else {}
    team = {"name": "team", "primary_key": "id", "endpoint": {"path": "team", "params": {"per_page": 100}, **pages}}
    of_user = {"user_id": "{resources.team.id}", "per_page": 100}
    candidates = {
        "name": "candidates",
        "primary_key": "id",
        "endpoint": {"path": "candidates", "params": of_user, **pages, **incremental},
    }
    return _source("recruitsome", api, key, [team, candidates])


def _source(name: str, api: str, key: str, resources: list[dict[str, Any]]) -> Any:
    config: Any = {
        "client": {"base_url": api, "auth": {"type": "bearer", "token": key}},
        "resource_defaults": {"write_disposition": "merge"},
        "resources": resources,
    }
    return rest_api_source(config, name=name)


def main(given: dict[str, Any], file: Path) -> None:
    """
    Load everything, or a window of two dates, and report what that took.

    :raises dlt.pipeline.exceptions.PipelineStepFailed: it did not come through
    """
    window = given["window"]
    sources = [
        leonar(given["api"], given["keys"]["leonar"], given["project"], window),
        recruitsome(given["api"], given["keys"]["recruitsome"], f"{window[0]}T00:00:00+00:00" if window else None),
    ]
    pipeline = dlt.pipeline("recruiting", destination="postgres", dataset_name="recruiting")
    began = read()
    info = pipeline.run(sources)
    info.raise_on_failed_jobs()
    report(file, began)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]), Path(sys.argv[2]))
