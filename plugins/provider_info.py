"""The connection types and what else belongs to them, as the entry point ``apache_airflow_provider`` tells Airflow."""

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
        "extra-links": ["plugins.links.StatusPageLink"],
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
                "description": f"Read these {nouns} alone: ids, separated by commas. Empty: every one that is found.",
                "schema": {"type": ["string", "null"]},
            },
            "filters": {
                "label": "Filters",
                "description": f"Read only what {source.title}'s own filters let through, in every run, as JSON, like "
                f"{source.filter_example}.",
                "schema": {"type": ["object", "null"]},
            },
            "budget_reserve": {
                "label": "Budget reserve",
                "description": "Share of the rate limit that stays for the key's other users, 0 to 0.95. Empty: 0.1.",
                "schema": {"type": ["number", "null"], "minimum": 0, "maximum": 0.95},
            },
            "max_concurrency": {
                "label": "Concurrency",
                "description": "Requests in flight at most, 1 to 64. Empty: 8.",
                "schema": {"type": ["integer", "null"], "minimum": 1, "maximum": 64},
            },
        },
    }
