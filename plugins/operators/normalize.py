"""Normalize an extraction: landed records become staged rows and issues."""

from collections.abc import Sequence
from typing import Any

from airflow.sdk import Context

from include.drift import spreading
from include.normalization import drifted, normalize
from include.sources import SOURCES
from plugins.hooks.warehouse import warehouse
from plugins.operators.verb import VerbOperator


class NormalizeOperator(VerbOperator):
    """
    Make typed rows of the records that an extraction landed, and stage them. Sends no request.

    :param source: a key of ``SOURCES``
    :param receipt: the receipt of extract (templated)
    """

    template_fields: Sequence[str] = ("receipt",)

    def __init__(self, *, receipt: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.receipt = receipt

    def do(self, context: Context) -> dict[str, Any]:
        """Return the receipt with the counts of rows, rejects and issues."""
        context["label"] = self.receipt["label"]  # type: ignore[literal-required]
        with warehouse() as engine:
            counts = normalize(engine, SOURCES[self.source], self.receipt["extraction_id"])
            drift, gone = drifted(engine, self.receipt["extraction_id"])
        for issue, number in spreading(drift).items():
            self.log.warning("%s, in %s records. Has the source changed its format?", issue, f"{number:,}")
        for field in gone:
            self.log.warning("%s VANISHED: it is in none of %s records.", field, f"{drift['records']:,}")
        self.log.info("%s", ", ".join(f"{count:,} {name}" for name, count in counts.items()))
        return {**self.receipt, **counts, "drift": drift, "vanished": gone}
