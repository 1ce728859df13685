"""Comments of the schemas ``ingest`` and ``staging``."""

COLUMNS = {
    "source": "The system: leonar or recruitsome.",
    "owner": "The id under which one reads: of a project at Leonar, of a user at Recruitsome.",
    "pass": "Which reading of the page, from 1; pages that records may have moved on are read again.",
    "version_num": "The last migration that was applied.",
}

_TASK = {
    "dag_id": "The DAG.",
    "run_id": "Its run.",
    "map_index": "The mapped task of the run, from 0.",
}

_PLACE = {
    "page": "The page: ingest.pages.number.",
    "position": "Place of the record on the page, from 1.",
    "field": "The vendor's field that could not be taken as it came, as a path such as experiences[3].title.",
    "reason": "Why not, in words; never the value.",
}

TABLES: dict[str, tuple[str, dict[str, str]]] = {
    "ingest.extractions": (
        "The ledger: every reading of a slice, one owner and one window. A retry goes on with the same row.",
        {
            "id": "Counts up in the order in which extractions began.",
            **_TASK,
            "slice": "What was to be read, as JSON: owner, scope, window, filters, strategy.",
            "started_at": "When its first try began.",
            "completed_at": "When the last page had landed; null: not yet.",
            "verdict": "complete: proven to hold all; partial: its records are merged, it proves no deletion; null: "
            "not yet.",
            "reason": "Why it is partial; null: it is not.",
            "reported_total": "How many records the source said there are; null: it did not say.",
            "counts": "What each task counted, by name: pages, records, staged, rejected, issues, inserted, updated "
            "and so on.",
            "drift": "How many records differed from what the vendor documents, by path: unknown, missing, changed, "
            "empty fields and issues; {}: none, or not counted.",
            "waits_until": "Until when its task is deferred, or was; null: it reads, or never had to wait.",
        },
    ),
    "ingest.pages": (
        "The landed pages: the checkpoint from which an extraction goes on.",
        {
            "extraction_id": "The extraction that read it.",
            "number": "Number of the page, from 1.",
            "read_at": "When it landed.",
            "last": "Whether the answer said that no page follows.",
            "totals": "Every number of matches that the answer told, best guess first.",
            "records": "The records on it, in its order: ingest.records.hash.",
        },
    ),
    "ingest.records": (
        "The landed records as they came, each content once a tenant. Holds personal data.",
        {
            "hash": "Hash of the body, 128 bits.",
            "remote_id": "The record's identity; null: it has none, and was rejected.",
            "body": "The record, as json and not jsonb: it may hold NUL characters and lone surrogates.",
            "landed_at": "When it first came.",
        },
    ),
    "ingest.issues": (
        "Fields that could not be taken as they came: in the row they are null or mended, or the record was rejected.",
        {"extraction_id": "The extraction whose record it is.", **_PLACE},
    ),
    "ingest.issues_with_records": (
        "Every issue with the record as it landed and where it came from. Holds personal data; for those who may see "
        "it.",
        {
            "extraction_id": "The extraction whose record it is.",
            **_TASK,
            **_PLACE,
            "read_at": "When the page landed; null: the page is no longer kept.",
            "remote_id": "The record's identity; null: it has none, or is no longer kept.",
            "rejected": "Whether the record has no identity, and became no row; null: it is no longer kept.",
            "body": "The record as it landed; null: it is no longer kept.",
        },
    ),
    "ingest.owners": (
        "Every project and user ever seen: one that the source no longer lists is still read.",
        {"first_seen_at": "When it was first listed."},
    ),
    "ingest.budgets": (
        "What a source last told of its rate limit, one row a tenant; a source that tells nothing has none.",
        {
            "allowed": "Requests a window, for all who use the key; null: not told.",
            "remaining": "Requests that were left in the window.",
            "resets_at": "When the window ends, and allowed is there again; null: not told.",
            "reserve": "Share of allowed that is kept for the key's other users: budget_reserve of the connection.",
            "told_at": "When the answer came that told it.",
        },
    ),
    "ingest.ended_links": (
        "Links of contacts to projects that ended and left no row: an older extraction does not bring them back.",
        {"extraction_id": "The extraction that ended it."},
    ),
    "ingest.alembic_version": ("Which migration the database is at.", {}),
    "ingest.grant_access": (
        "Makes the roles recruiting_reader, recruiting_loader and recruiting_anonymous where it may, and grants them "
        "what they are for. Answers the roles that are missing. Can be called again at any time by the owner of the "
        "tables.",
        {},
    ),
    "staging.records": (
        "The normalized records of an extraction until they are merged. Unlogged: a crash of Postgres empties it, and "
        "normalize fills it again.",
        {
            "extraction_id": "The extraction that landed it.",
            "content_hash": "As in recruiting: hash of the normalized record.",
            "linked": "Whether the record belongs to the owner that was read; null: it does not say.",
            "record": "As in the history: the normalized record.",
        },
    ),
}
