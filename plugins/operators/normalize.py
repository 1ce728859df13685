"""Normalize an extraction: landed records become staged rows and issues."""

from collections.abc import Sequence
from typing import Any

from airflow.sdk import Context
from airflow.sdk.bases.xcom import BaseXCom
from airflow.sdk.exceptions import AirflowSkipException

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
    doc = """
Makes typed rows of the records that `extract` landed, and stages them. A field that cannot be taken becomes null and
an issue, told by field and reason in `ingest.issues`; a record without an identity is rejected. Sends no request.
*Skipped:* the slice holds no record.

**Red:** more than 5 % of the records have no identity (nothing was written: docs/operations.md#too-many-rejects), or
Postgres is away or refuses.

**Clearing it** normalizes the landed records again, with the code as it is now. Clear it with its downstream tasks.
"""

    def __init__(self, *, receipt: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.receipt = receipt

    @property
    def name_of_slice(self) -> str:
        """The slice's label."""
        return str(self.receipt["label"])

    def do(self, context: Context) -> dict[str, Any]:
        """
        Return the receipt with the counts of rows, rejects and issues.

        :raises AirflowSkipException: there is no record; the receipt is in XCom
        """
        with warehouse() as engine:
            counts = normalize(engine, SOURCES[self.source], self.receipt["extraction_id"])
            drift, gone = drifted(engine, self.receipt["extraction_id"])
        for issue, number in spreading(drift).items():
            self.log.warning("%s, in %s records. Has the source changed its format?", issue, f"{number:,}")
        for field in gone:
            self.log.warning("%s VANISHED: it is in none of %s records.", field, f"{drift['records']:,}")
        self.log.info("%s", ", ".join(f"{count:,} {name}" for name, count in counts.items()))
        receipt = {**self.receipt, **counts, "drift": drift, "vanished": gone}
        if not (counts["staged"] or counts["rejected"]):
            # Upsert closes the books all the same: what is no longer there is told from what was never read.
            context["ti"].xcom_push(BaseXCom.XCOM_RETURN_KEY, receipt)
            raise AirflowSkipException("the slice holds no record")
        return receipt
