"""Which of what an extraction read is older than what others read of the same: they are merged in any order.

Where nothing changed nothing is written, so that a row does not tell who confirmed it last. The landed pages do.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    FromClause,
    Select,
    Table,
    Text,
    Uuid,
    and_,
    cast,
    exists,
    not_,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import distinct_on

from include.canonical import value_of
from include.contract import Source
from include.warehouse import ledger
from include.warehouse.landed import LANDED
from include.warehouse.scratch import fill, scratch
from include.warehouse.tables import extractions
from include.warehouse.tombstones import proves, seen_since


@dataclass(frozen=True, slots=True)
class Order:
    """The extractions that an extraction has to stand back behind, if they read something later.

    :param merged: those that ended after it began, and were merged before it, each with its owner
    :param proofs: the latest complete refreshes, of its owner and of all, that began after it did: what they do not
        hold is gone
    """

    source: Source
    receipt: ledger.Receipt
    merged: Mapping[int, str]
    proofs: Sequence[ledger.Receipt]

    @classmethod
    def of(cls, conn: Connection, source: Source, receipt: ledger.Receipt) -> "Order":
        """The order in which an extraction stands; most stand behind nobody."""
        slice, began = receipt.slice, receipt.started_at
        alike = select(*extractions.c["id", "owner"]).filter_by(tenant=slice.tenant, source=slice.source)
        others = alike.where(extractions.c.id != receipt.id, extractions.c.completed_at > began)
        upserted = others.where(extractions.c.counts.has_key(ledger.MERGED[-1]))
        merged = {row.id: row.owner for row in conn.execute(upserted)}
        later = others.where(extractions.c.started_at > began, extractions.c.verdict == "complete")
        complete = [ledger.receipt(conn, id) for id in conn.scalars(later.order_by(extractions.c.started_at)).all()]
        proofs = {one.slice.scope: one for one in complete if proves(source, one) and cls._holds_all(one, receipt)}
        return cls(source, receipt, merged, list(proofs.values()))

    @staticmethod
    def _holds_all(proof: ledger.Receipt, receipt: ledger.Receipt) -> bool:
        own, other = receipt.slice, proof.slice
        return other.window in (None, own.window) and (other.scope == "tenant" or other.owner == own.owner)

    def superseded(self, conn: Connection, keys: Select[Any]) -> Select[Any] | None:
        """Of these records those that read otherwise later; a page that was searched may hold what was not merged."""
        if not self.merged or not _any(conn, keys):
            return None
        read_all = select(extractions.c.id).where(
            extractions.c.id.in_(self.merged), extractions.c.slice["strategy"].astext == "all"
        )
        latest = (
            select(*LANDED.c["remote_id", "hash", "read_at"])
            .where(LANDED.c.extraction_id.in_(read_all), LANDED.c.remote_id.in_(keys))
            .ext(distinct_on(LANDED.c.remote_id))
            .order_by(LANDED.c.remote_id, LANDED.c.read_at.desc(), LANDED.c.extraction_id.desc())
        )
        own, later = self._own(conn, "updated", keys), _readings("updated_later")
        fill(conn, later, latest)
        newer = and_(later.c.read_at > own.c.read_at, later.c.hash != own.c.hash)
        return select(own.c.remote_id).join(later, later.c.remote_id == own.c.remote_id).where(newer)

    def gone(self, conn: Connection, what: str, keys: Select[Any]) -> Select[Any] | None:
        """Of these records those that a refresh which began after they were read does not hold.

        :param what: names the keys, each time otherwise in a transaction
        """
        if not self.proofs or not _any(conn, keys):
            return None
        own, absent = self._own(conn, what, keys), []
        for proof in self.proofs:
            held = scratch(f"{what}_held_{proof.id}", Column("remote_id", Text, primary_key=True))
            seen = seen_since(proof.id, proof.slice, proof.started_at).subquery()
            fill(conn, held, select(seen.c.remote_id))
            seen_again = exists().where(held.c.remote_id == own.c.remote_id)
            absent.append(and_(own.c.read_at < proof.started_at, not_(seen_again)))
        return select(own.c.remote_id).where(or_(*absent))

    def told_otherwise(self, conn: Connection, links: FromClause) -> Iterator[str]:
        """Of these links those of which the same owner told the contrary later.

        :param links: ``remote_id``, and as ``linked`` whether the record is said to belong to the owner
        """
        keys = select(links.c.remote_id)
        told = [id for id, owner in self.merged.items() if owner == self.receipt.slice.owner]
        if not told or not _any(conn, keys):
            return
        own = self._own(conn, "told", keys)
        later = (
            select(LANDED.c.remote_id, links.c.linked, cast(LANDED.c.body, Text))
            .join(own, own.c.remote_id == LANDED.c.remote_id)
            .join(links, links.c.remote_id == LANDED.c.remote_id)
            .where(LANDED.c.extraction_id.in_(told), LANDED.c.read_at > own.c.read_at)
            .order_by(LANDED.c.remote_id, LANDED.c.read_at.desc(), LANDED.c.extraction_id.desc())
        )
        for remote_id, readings in groupby(conn.execute(later), lambda row: row.remote_id):
            for _, linked, body in readings:
                said = self.source.normalize(value_of(body)).linked
                if said is not None:
                    if said is not linked:
                        yield remote_id
                    break

    def _own(self, conn: Connection, what: str, keys: Select[Any]) -> Table:
        """The reading of each record that is merged: the last."""
        own, place = _readings(f"{what}_own"), (LANDED.c["pass"], LANDED.c.number, LANDED.c.position)
        readings = (
            select(*LANDED.c["remote_id", "hash", "read_at"])
            .where(LANDED.c.extraction_id == self.receipt.id, LANDED.c.remote_id.in_(keys))
            .ext(distinct_on(LANDED.c.remote_id))
            .order_by(LANDED.c.remote_id, *(part.desc() for part in place))
        )
        fill(conn, own, readings)
        return own


def _readings(name: str) -> Table:
    moment = Column("read_at", DateTime(timezone=True))
    return scratch(name, Column("remote_id", Text, primary_key=True), Column("hash", Uuid(as_uuid=False)), moment)


def _any(conn: Connection, keys: Select[Any]) -> bool:
    return conn.execute(keys.limit(1)).first() is not None
