"""Every way an ingestion can fail, sorted by what to do about it.

    IngestError
    ├── Transient            try again: in the task with backoff, then by the task's own retry
    │   ├── ServerTrouble        the source answered 5xx or 408
    │   ├── LinkTrouble          time-out, reset, refused connection
    │   ├── UnreadableAnswer     truncated, not JSON, or not the shape the vendor documents
    │   └── WarehouseTrouble     Postgres cannot be reached, or went away
    ├── Limited              wait until the budget is renewed, then go on
    └── Permanent            a person has to mend something first
        ├── Misconfigured        a connection, a param or a filter is wrong
        ├── Unauthorized         401: the API key is not accepted
        ├── Forbidden            402, 403: the key may not do this
        ├── Missing              404: the owner is unknown
        ├── Refused              400, 422, any other 4xx, a redirect: the request is not accepted
        ├── EndlessAnswer        the source never says that it is at its end
        ├── WarehouseRefusal     Postgres refuses the password, the database or the statement
        ├── TooManyRejects       too many records without an identity
        ├── MassDeletion         more rows would be tombstoned than may be without asking
        └── Unfinished           a slice of the run did not come through

A message names the connection, the owner and the page where there are such, says what to do next, and names the section
of the documentation that has the rest. It never holds a key, a body, or a person's data.
"""

from datetime import datetime


class IngestError(Exception):
    """What went wrong, where, and what to do next, in one message.

    :param what: the fault, one clause without a full stop
    :param where: connection, owner and page as far as they are known, for example ``{"connection": "leonar_default"}``
    :param advice: what to do next, one sentence
    :param help: the page of the documentation, and the section of it, that has the rest
    """

    advice = ""
    help = "docs/operations.md"

    def __init__(
        self,
        what: str,
        *,
        where: dict[str, object] | None = None,
        advice: str | None = None,
        help: str | None = None,
    ) -> None:
        self.what = what
        self.where = {noun: value for noun, value in (where or {}).items() if value is not None}
        self.advice = self.advice if advice is None else advice
        self.help = help or self.help
        super().__init__(str(self))

    def place(self, **where: object) -> None:
        """Name the places that the error does not name yet."""
        self.where = {**where, **self.where}
        self.args = (str(self),)

    def __str__(self) -> str:
        place = ", ".join(f"{noun} {value}" for noun, value in self.where.items())
        sentence = f"{self.what} ({place})." if place else f"{self.what}."
        return " ".join(filter(None, (sentence, self.advice, f"See {self.help}.")))


class Transient(IngestError):
    """Worth another try by itself."""

    advice = "The task tries again by itself; if it keeps failing, ask the vendor's status page."


class ServerTrouble(Transient):
    """The source answered 5xx or 408."""

    help = "docs/operations.md#the-source-is-down"


class LinkTrouble(Transient):
    """The source could not be reached, or the connection broke."""

    advice = "The task tries again by itself; if it keeps failing, check the connection's host and the network."
    help = "docs/operations.md#the-source-is-down"


class UnreadableAnswer(Transient):
    """The source's answer is truncated, not JSON, or not the shape its page documents."""

    help = "docs/operations.md#an-answer-cannot-be-read"


class WarehouseTrouble(Transient):
    """Postgres cannot be reached, or went away."""

    advice = "Check that Postgres runs and that the connection is right; the task then goes on where it stopped."
    help = "docs/operations.md#postgres-is-away"


class Limited(IngestError):
    """The budget is spent; it is renewed at ``resume_at`` (aware UTC), or nobody said when (``None``)."""

    advice = "The task goes on by itself when the budget is renewed."
    help = "docs/operations.md#the-budget-is-spent"

    def __init__(
        self,
        what: str,
        *,
        resume_at: datetime | None = None,
        where: dict[str, object] | None = None,
        advice: str | None = None,
        help: str | None = None,
    ) -> None:
        super().__init__(what, where=where, advice=advice, help=help)
        self.resume_at = resume_at


class Permanent(IngestError):
    """Trying again changes nothing: a person has to mend something first."""


class Misconfigured(Permanent):
    """A connection, a param or a filter is wrong; nothing was sent."""

    help = "docs/operations.md#a-connection-or-a-param-is-wrong"


class Unauthorized(Permanent):
    """401: the API key is not accepted."""

    advice = "Put a valid API key in the connection's password, then clear this task."
    help = "docs/operations.md#a-new-api-key"


class Forbidden(Permanent):
    """402 or 403: the key is good, and may not do this."""

    advice = "Give the key the scope or the plan that the message names, then clear this task."
    help = "docs/operations.md#a-key-without-scope"


class Missing(Permanent):
    """404: the owner does not exist, or is not visible to this key."""

    advice = (
        "Check that it exists and that the key may see it, then clear this task; "
        "to go on without it, list the others in project_ids or user_ids."
    )
    help = "docs/operations.md#a-project-or-user-is-unknown"


class Refused(Permanent):
    """400, 422, another 4xx or a redirect: the source does not accept the request."""

    advice = "Mend the run's params or the connection's filters, then trigger again."
    help = "docs/operations.md#a-connection-or-a-param-is-wrong"


class EndlessAnswer(Permanent):
    """The source never says that it is at its end."""

    advice = "What was read has landed. Report it to the vendor; narrow the run with filters meanwhile."
    help = "docs/operations.md#an-answer-cannot-be-read"


class WarehouseRefusal(Permanent):
    """Postgres is there, and refuses: the password, the database, a privilege, a statement."""

    advice = "Mend what it names, in Postgres or in the connection, then clear this task."
    help = "docs/operations.md#postgres-refuses"


class TooManyRejects(Permanent):
    """So many records lack an identity that the source's format has probably changed; nothing was upserted."""

    advice = "Look at ingest.issues for this extraction; after a mend clear normalize: no request is sent again."
    help = "docs/operations.md#too-many-rejects"


class MassDeletion(Permanent):
    """More live rows would be tombstoned than may be without asking; nothing was tombstoned."""

    advice = "If the records are really gone, trigger again with allow_mass_delete; else check the key and the owners."
    help = "docs/operations.md#a-mass-deletion-was-refused"


class Unfinished(Permanent):
    """A slice of the run did not come through; the others did."""

    advice = "Open the failed tasks of the group ingest, mend what they name, and clear them: publish runs again after."
    help = "docs/operations.md#a-slice-did-not-come-through"
