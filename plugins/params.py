"""The trigger forms: the params of each DAG. What a form cannot see, such as whether a project exists, plan checks."""

import os
from typing import Any

from airflow.sdk import Param

from include.sources import SOURCES

ISO = "^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ].+)?$"
"""A date or date-time. Not the form's calendar: what it cannot read counts as empty there, and says nothing."""


def params(source: str, *, windowed: bool) -> dict[str, Any]:
    """
    The params of a source's ingest DAG.

    :param source: a key of ``SOURCES``
    :param windowed: the DAG reads its data interval; else it refreshes everything
    """
    vendor = SOURCES[source]
    noun, title = vendor.owner_noun, vendor.title
    form = {
        "conn_id": _connection(
            source, f"The {title} connection to read with. Its id without {source}_ is the tenant of the rows."
        ),
        vendor.owners_param: _list(
            dict(vendor.owner_schema),
            f"{noun.capitalize()}s",
            f"Read these {noun}s alone, one id a line. Empty: those of the connection, else every one that is found.",
        ),
        "filters": Param(
            None,
            type=["null", "object"],
            propertyNames={"enum": list(vendor.filter_names)},
            title="Filters",
            description=f"Read only what {title}'s own filters let through, as JSON, like "
            f"{vendor.filter_example}; they come on top of the connection's. What they leave out is never tombstoned.",
        ),
    }
    if windowed:
        told = "Read what was created {} this moment, instead of the data interval's {}. UTC, unless it says else."
        form["created_from"] = _moment("Created from", told.format("at or after", "start"))
        form["created_before"] = _moment("Created before", told.format("before", "end"))
    else:
        form["allow_mass_delete"] = Param(
            False,
            type="boolean",
            title="Allow mass deletion",
            description=f"Tombstone {vendor.table} that are gone, even if they are a fifth of the live ones or more. "
            "Look first whether they are really gone; it holds for this run alone.",
        )
    return form


def replay_params(source: str) -> dict[str, Any]:
    """
    The params of a source's replay DAG.

    :param source: a key of ``SOURCES``
    """
    told = "Replay only extractions that began {} this moment. UTC, unless it says else."
    return {
        "conn_id": _connection(
            source,
            f"Replay what landed by this connection, of which only the id counts: no request is sent to "
            f"{SOURCES[source].title}.",
        ),
        "extraction_ids": _list(
            {"type": "integer", "minimum": 1},
            "Extractions",
            "Replay these extractions alone: the ids that receipts tell, as a JSON list like [12, 15]. Empty: all that "
            "are still landed.",
        ),
        "read_from": _moment("Read from", told.format("at or after")),
        "read_before": _moment("Read before", told.format("before")),
    }


def retention(days: int) -> dict[str, Any]:
    """
    The params of housekeeping.

    :param days: how long landed records are kept, unless the environment's ``RECRUITING_RETENTION_DAYS`` or a run
        says else
    """
    return {
        "retention_days": Param(
            int(os.environ.get("RECRUITING_RETENTION_DAYS") or days),
            type="integer",
            minimum=1,
            title="Days to keep",
            description="Clear pages and records that landed more than so many days ago, unless an extraction or a "
            "deletion still needs them.",
        ),
    }


def _connection(source: str, description: str) -> Param:
    examples = [f"{source}_default"]
    return Param(
        f"{source}_default",
        type="string",
        pattern=r"^\S+$",
        title="Connection",
        description=description,
        examples=examples,
    )


def _list(items: dict[str, Any], title: str, description: str) -> Param:
    return Param(None, type=["null", "array"], items=items, uniqueItems=True, title=title, description=description)


def _moment(title: str, description: str) -> Param:
    examples = ["2026-11-20", "2026-11-20T08:00:00Z"]
    return Param(None, type=["null", "string"], pattern=ISO, title=title, description=description, examples=examples)
