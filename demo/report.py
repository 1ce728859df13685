"""What is in the warehouse, what a demo has changed in it, and five people who are in both systems."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psycopg2

from demo.say import say

TABLES = """
    SELECT relname, n_tup_ins, n_tup_upd, n_tup_del
    FROM pg_stat_user_tables WHERE schemaname = 'recruiting' ORDER BY relname
"""
TOMBSTONED = """
    SELECT table_name FROM information_schema.columns
    WHERE table_schema = 'recruiting' AND column_name = 'remote_deleted_at'
"""
PEOPLE = """
    SELECT contact.full_name, contact.title, contact.company_name, candidate.status_label, candidate.locality,
           contact.linkedin_id
    FROM recruiting.contacts contact JOIN recruiting.candidates candidate USING (tenant, linkedin_id)
    WHERE contact.remote_deleted_at IS NULL AND candidate.remote_deleted_at IS NULL
    ORDER BY md5(linkedin_id) LIMIT 5
"""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the schema ``recruiting``.

    :param live: rows without a tombstone
    :param written: tuples inserted, updated and deleted since the server's statistics began
    """

    rows: int
    live: int
    written: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Report:
    """What is in the warehouse: its tables by name, and five people who are in both systems."""

    tables: Mapping[str, Table]
    people: list[tuple[str | None, ...]]

    @classmethod
    def read(cls) -> "Report":
        """
        The warehouse that libpq's ``PG*`` variables name.

        :raises SystemExit: there is no Postgres
        """
        try:
            connection = psycopg2.connect("")
        except psycopg2.OperationalError as fault:
            raise SystemExit(f"The recruiting database cannot be read: {fault}") from None
        try:
            with connection.cursor() as cursor:
                return cls._read(cursor)
        finally:
            connection.close()

    @classmethod
    def _read(cls, cursor: Any) -> "Report":
        cursor.execute(TOMBSTONED)
        tombstoned = {name for (name,) in cursor.fetchall()}
        cursor.execute(TABLES)
        tables = {}
        for name, inserted, updated, deleted in cursor.fetchall():
            live = "remote_deleted_at IS NULL" if name in tombstoned else "true"
            cursor.execute(f'SELECT count(*), count(*) FILTER (WHERE {live}) FROM recruiting."{name}"')  # noqa: S608
            rows, living = cursor.fetchone()
            tables[name] = Table(rows, living, (inserted, updated, deleted))
        people = []
        if {"contacts", "candidates"} <= tables.keys():
            cursor.execute(PEOPLE)
            people = cursor.fetchall()
        return cls(tables, people)

    def tell(self, before: "Report", truth: Mapping[str, int]) -> bool:
        """
        Say what is there, what was written since ``before``, and the people.

        :param truth: how many live rows a table ought to have, where that is known
        :returns: whether every table has them
        """
        say("\n  schema recruiting         rows    live  source  inserted  updated  deleted")
        untouched = Table(0, 0, (0, 0, 0))
        for name, table in self.tables.items():
            old = before.tables.get(name, untouched).written
            inserted, updated, deleted = (now - then for now, then in zip(table.written, old, strict=True))
            source = truth.get(name, "")
            say(f"  {name:<22}{table.rows:>8}{table.live:>8}{source:>8}{inserted:>10}{updated:>9}{deleted:>9}")
        if self.people:
            say("\n  In both systems, joined on their LinkedIn id:")
        for person in self.people:
            name, title, company, status, place, linkedin = (field or "?" for field in person)
            say(f"  {name}, {title} at {company}; as a candidate: {status}, {place}; linkedin.com/in/{linkedin}")
        wrong = sorted(name for name, live in truth.items() if self.tables.get(name, untouched).live != live)
        if truth:
            say(f"\n  Not as at the source: {', '.join(wrong)}." if wrong else "\n  The same rows as at the source.")
        return not wrong
