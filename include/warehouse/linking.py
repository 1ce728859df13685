"""Linking: which owners hold the records that an extraction staged."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Table,
    Text,
    and_,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    not_,
    select,
    true,
    update,
)

from include.warehouse import ledger
from include.warehouse.layout import Layout
from include.warehouse.order import Order
from include.warehouse.scratch import fill, looked_up, scratch, touched
from include.warehouse.tables import staged


def link(conn: Connection, layout: Layout, receipt: ledger.Receipt, order: Order, moment: datetime) -> dict[str, int]:
    """Link to the owner what says that it belongs there, unlink what says that it does not.

    :param moment: since when links that end have ended
    :returns: how many were ``linked`` and ``unlinked``
    """
    links, deleted_at = layout.links, layout.link_deleted_at
    owner = cast(receipt.slice.owner, layout.link_owner.type)
    key = {"tenant": literal(receipt.slice.tenant), "remote_id": staged.c.remote_id, "owner": owner}
    ended = (literal(False) if deleted_at is None else deleted_at.is_not(None)).label("ended")
    own = looked_up(select(*links.c["tenant", "extraction_id"], ended).where(*layout.link(key)), "own")
    past = looked_up(layout.ended(key), "past")
    newest = func.coalesce(own.c.extraction_id, past.c.extraction_id, 0) <= receipt.id
    changes = case(
        (not_(newest), None),
        (and_(staged.c.linked, own.c.tenant.is_(None)), "missing"),
        (and_(staged.c.linked, own.c.ended), "ended"),
        (and_(not_(staged.c.linked), not_(own.c.ended)), "gone"),
    )
    linking = scratch(
        "linking",
        *(Column("tenant", Text), Column("remote_id", Text), Column("owner", layout.link_owner.type)),
        *(Column("extraction_id", BigInteger), Column("change", Text)),
    )
    told = (*key.values(), staged.c.extraction_id, changes)
    differing = select(*told).select_from(staged.outerjoin(own, true()).outerjoin(past, true()))
    fill(conn, linking, differing.where(staged.c.extraction_id == receipt.id, changes.is_not(None)))
    _leave(conn, order, linking)
    columns = ["tenant", layout.link_record.name, layout.link_owner.name, "extraction_id"]
    missing = select(*linking.c["tenant", "remote_id", "owner", "extraction_id"])
    missing = missing.where(linking.c.change == "missing")
    linked = touched(conn, insert(links).from_select(columns, missing))
    if deleted_at is not None:
        revived = {deleted_at: None, links.c.extraction_id: receipt.id}
        again = update(links).values(revived).where(*layout.link(linking.c))
        linked += touched(conn, again.where(linking.c.change == "ended"))
    unlinked = layout.end_links(conn, linking.c, moment, linking.c.change == "gone")
    return {"linked": linked, "unlinked": unlinked}


def _leave(conn: Connection, order: Order, linking: Table) -> None:
    """Leave the links of which another extraction has learned more later."""
    linked = linking.c.change != "gone"
    told = select(linking.c.remote_id, linked.label("linked")).subquery("told")
    otherwise = list(order.told_otherwise(conn, told))
    gone = order.gone(conn, "linked", select(linking.c.remote_id).where(linked))
    for keys in (otherwise, gone):
        if keys is not None:
            conn.execute(delete(linking).where(linking.c.remote_id.in_(keys)))
