"""What the tables of all schemas share."""

from sqlalchemy import Column, DateTime, MetaData, Text

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "fk": "%(table_name)s_%(referred_table_name)s_fkey",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    }
)


def moment(name: str, **more: object) -> Column[object]:
    """A moment, with its time zone."""
    return Column(name, DateTime(timezone=True), **more)  # type: ignore[arg-type]


def texts(*names: str) -> list[Column[str]]:
    """Texts that may be null."""
    return [Column(name, Text) for name in names]
