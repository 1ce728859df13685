"""The trigger forms: the params of each DAG."""

import os
from typing import Any

from airflow.sdk import Param

from include.sources import SOURCES


def params(source: str, *, windowed: bool) -> dict[str, Any]:
    """
    The params of a source's ingest DAG.

    :param source: a key of ``SOURCES``
    :param windowed: the DAG reads its data interval; else it refreshes everything
    """
    noun, title = SOURCES[source].owner_noun, SOURCES[source].title
    form: dict[str, Any] = {
        "conn_id": Param(
            f"{source}_default",
            type="string",
            minLength=1,
            title="Connection",
            description=f"The {title} connection to read; what follows its prefix is the tenant.",
        ),
        SOURCES[source].owners_param: Param(
            None,
            type=["null", "array"],
            title=f"{noun.capitalize()}s",
            description=f"Ids of the {noun}s to read instead of the connection's, one a line; empty: the connection's.",
        ),
        "filters": Param(
            None,
            type=["null", "object"],
            title="Filters",
            description=f"Filter fields of {title}'s endpoint, as JSON, on top of the connection's.",
        ),
    }
    if windowed:
        for name, title in (("created_from", "Created from"), ("created_before", "Created before")):
            form[name] = Param(
                None,
                type=["null", "string"],
                title=title,
                description="Instead of the data interval's: a date or date-time in ISO 8601, UTC unless it says else.",
                examples=["2026-11-20", "2026-11-20T08:00:00Z"],
            )
    else:
        form["allow_mass_delete"] = Param(
            False,
            type="boolean",
            title="Allow mass deletion",
            description="Tombstone what is gone even if it is a fifth of the live rows or more.",
        )
    return form


def replay_params(source: str) -> dict[str, Any]:
    """
    The params of a source's replay DAG.

    :param source: a key of ``SOURCES``
    """
    form: dict[str, Any] = {
        "conn_id": Param(
            f"{source}_default",
            type="string",
            minLength=1,
            title="Connection",
            description="Its tenant's landed records are replayed; the connection itself is not used.",
        ),
        "extraction_ids": Param(
            None,
            type=["null", "array"],
            items={"type": "integer"},
            title="Extractions",
            description="Ids of the extractions to replay, one a line, as receipts name them; empty: all still landed.",
        ),
    }
    for name, title, when in (("read_from", "Read from", "at or after"), ("read_before", "Read before", "before")):
        form[name] = Param(
            None,
            type=["null", "string"],
            title=title,
            description=f"Only extractions begun {when} this moment: ISO 8601, UTC unless it says else.",
            examples=["2026-11-20", "2026-11-20T08:00:00Z"],
        )
    return form


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
            description="Landed pages and records that are older go, unless an extraction or a deletion needs them.",
        ),
    }
