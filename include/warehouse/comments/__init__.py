"""What everything in the database is for: its comments, which ``\\d+`` shows and the data dictionary prints.

The migrations carry the same text as SQL, and a test holds the two together.
"""

from sqlalchemy import MetaData

from include.warehouse.comments import anonymous, ingest, recruiting

SCHEMAS = {
    "recruiting": "What readers query: contacts and candidates, typed and cleaned, and their history. Holds personal "
    "data.",
    "recruiting_anonymous": "Counts for dashboards, of at least 5 people each, without personal data.",
    "ingest": "How the data came: the ledger, the landed pages and records as the sources sent them, issues.",
    "staging": "Normalized records between the tasks normalize and upsert; transient.",
}

COLUMNS = recruiting.COLUMNS | ingest.COLUMNS
"""By the name of the column, where a table says nothing else."""

TABLES = recruiting.TABLES | anonymous.TABLES | ingest.TABLES
"""By the name of a table, view or function: its comment, and those of the columns that are its own."""


def explain(metadata: MetaData) -> None:
    """Give tables and columns their comments; one that is not mentioned here stays without, and a test says so."""
    for table in metadata.tables.values():
        table.comment, own = TABLES.get(table.fullname, (None, {}))
        for column in table.c:
            column.comment = own.get(column.name, COLUMNS.get(column.name))
