"""The connection types, as the entry point ``apache_airflow_provider`` tells Airflow."""

from typing import Any

from include.sources import SOURCES


def get_provider_info() -> dict[str, Any]:
    """The provider's metadata: one connection type a source, its form's fields with their help."""
    return {
        "package-name": "recruiting-ingest",
        "name": "Recruiting Ingest",
        "description": "Contacts of a Leonar CRM and candidates of a Recruitsome ATS, kept true in Postgres.",
        "versions": ["0.1.0"],
        "connection-types": [_connection_type(name) for name in SOURCES],
    }


def _connection_type(name: str) -> dict[str, Any]:
    source = SOURCES[name]
    nouns = f"{source.owner_noun}s"
    return {
        "connection-type": name,
        "hook-name": source.title,
        "hook-class-name": f"plugins.hooks.{name}.{name.capitalize()}Hook",
        "ui-field-behaviour": {
            "hidden-fields": ["schema", "port", "login"],
            "relabeling": {"password": "API key", "host": "Base URL"},
            "placeholders": {"host": source.base_url},
        },
        "conn-fields": {
            source.owners_param: {
                "label": nouns.capitalize(),
                "description": f"Ids of the {nouns} to read, separated by commas; empty: every one that is found.",
                "schema": {"type": ["string", "null"]},
            },
            "filters": {
                "label": "Filters",
                "description": f"Filter fields of {source.title}'s endpoint that every run uses.",
                "schema": {"type": ["object", "null"]},
            },
            "budget_reserve": {
                "label": "Budget reserve",
                "description": "Share of the rate limit kept for the key's other users, 0 to 0.95; 0.1 if empty.",
                "schema": {"type": ["number", "null"], "minimum": 0, "maximum": 0.95},
            },
            "max_concurrency": {
                "label": "Concurrency",
                "description": "Requests in flight at most, 1 to 64; 8 if empty.",
                "schema": {"type": ["integer", "null"], "minimum": 1, "maximum": 64},
            },
        },
    }
