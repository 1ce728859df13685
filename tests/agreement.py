"""What ``recruiting`` holds of a tenant, beside what it should hold of a source's records."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sqlalchemy import Engine, select, text

from include.contract import Source
from include.warehouse.layout import Layout
from include.warehouse.tables import metadata

WHEN, MOMENTS = ("first_seen_at", "changed_at", "valid_from", "extraction_id"), ("remote_deleted_at", "valid_to")
Rows = dict[str, dict[str, Any]]


@dataclass
class Held:
    """Rows by ``remote_id``, each as the source normalizes it, children too; links as ``(remote_id, owner)``."""

    rows: Rows
    links: set[tuple[str, str]]


def differing(found: Held, right: Held) -> dict[str, str]:
    """What is wrong with which record, if anything is."""
    wrong = dict.fromkeys(right.rows.keys() - found.rows.keys(), "not there")
    wrong |= dict.fromkeys(found.rows.keys() - right.rows.keys(), "still there")
    for id in found.rows.keys() & right.rows.keys():
        if fields := [name for name, value in right.rows[id].items() if found.rows[id][name] != value]:
            wrong[id] = f"other {', '.join(fields)}"
    for id, owner in found.links ^ right.links:
        wrong.setdefault(id, f"{'unlinked from' if (id, owner) in right.links else 'linked to'} {owner}")
    return wrong


def due(source: Source, owners: Mapping[str, Iterable[Any]]) -> Held:
    """What these owners' records amount to."""
    normalized = [(owner, source.normalize(record)) for owner, records in owners.items() for record in records]
    assert all(one.remote_id for _, one in normalized)
    return Held(
        {str(one.remote_id): one.row for _, one in normalized},
        {(str(one.remote_id), owner) for owner, one in normalized if one.linked},
    )


def held(engine: Engine, source: Source, tenant: str) -> Held:
    """What lives of a tenant, the open entries of its history proven to say the same."""
    layout = Layout.of(source)
    rows = _rows(engine, layout, tenant)
    _check_history(engine, layout, tenant, rows)
    own = [layout.link_record, layout.link_owner]
    links = select(*own).where(layout.links.c.tenant == tenant)
    if layout.link_deleted_at is not None:
        links = links.where(layout.link_deleted_at.is_(None))
    with engine.connect() as conn:
        found = {(record, str(owner)) for record, owner in conn.execute(links)}
    # Whoever asks for a project's contacts asks for those that live.
    return Held(rows, {link for link in found if link[0] in rows})


def contents(engine: Engine) -> dict[str, list[str]]:
    """All rows of ``recruiting``, without when and by which extraction: of a moment, only whether there is one."""
    found = {}
    with engine.connect() as conn:
        for table in (table for table in metadata.sorted_tables if table.schema == "recruiting"):
            whether = {name: table.c[name].is_not(None) for name in MOMENTS if name in table.c}
            what = [column for column in table.c if column.name not in (*WHEN, *MOMENTS)]
            rows = conn.execute(select(*what, *whether.values()))
            found[table.name] = sorted(map(repr, rows))
    return found


def _rows(engine: Engine, layout: Layout, tenant: str) -> Rows:
    names = [column.name for column in layout.fields]
    table = f"select remote_id, to_jsonb(t) from recruiting.{layout.table.name} t"
    with engine.begin() as conn:
        conn.execute(text("set local timezone = 'UTC'"))
        live = conn.execute(text(f"{table} where tenant = :tenant and remote_deleted_at is null"), {"tenant": tenant})
        rows = {remote_id: {name: row[name] for name in names} for remote_id, row in live.all()}
        for child, key in layout.children:
            for row in rows.values():
                row[child.name] = []
            every = f"select {key.name}, to_jsonb(t) from recruiting.{child.name} t where tenant = :tenant"
            for remote_id, row in conn.execute(text(f"{every} order by position"), {"tenant": tenant}):
                if remote_id in rows:
                    fields = [column.name for column in child.c if not column.primary_key]
                    rows[remote_id][child.name].append({name: row[name] for name in fields})
    return rows


def _check_history(engine: Engine, layout: Layout, tenant: str, rows: Rows) -> None:
    """Entries follow each other without overlap or repetition; open is one for each row that lives, and says it."""
    history = layout.history.c
    entries: dict[str, list[Any]] = {}
    ordered = select(*history["remote_id", "valid_from", "valid_to", "record"]).where(history.tenant == tenant)
    with engine.connect() as conn:
        for entry in conn.execute(ordered.order_by(history.remote_id, history.valid_from)):
            entries.setdefault(entry.remote_id, []).append(entry)
    for remote_id, states in entries.items():
        assert all(state.valid_to is None or state.valid_from < state.valid_to for state in states), remote_id
        for one, following in pairwise(states):
            assert one.valid_to is not None, f"{remote_id}: two open entries"
            assert one.valid_to <= following.valid_from, f"{remote_id}: entries overlap"
            repeated = one.valid_to == following.valid_from and one.record == following.record
            assert not repeated, f"{remote_id}: one state twice"
    said = {remote_id: states[-1].record for remote_id, states in entries.items() if states[-1].valid_to is None}
    assert said == rows
