"""The tables, as SQLAlchemy knows them; the migrations make them, and a test holds the two together."""

from include.warehouse.comments import explain
from include.warehouse.tables.columns import metadata
from include.warehouse.tables.ingest import budgets, ended_links, extractions, issues, owners, pages, records, staged
from include.warehouse.tables.recruiting import (
    candidate_users,
    candidates,
    candidates_history,
    contact_educations,
    contact_experiences,
    contact_projects,
    contact_skills,
    contacts,
    contacts_history,
)

__all__ = [
    "budgets",
    "candidate_users",
    "candidates",
    "candidates_history",
    "contact_educations",
    "contact_experiences",
    "contact_projects",
    "contact_skills",
    "contacts",
    "contacts_history",
    "ended_links",
    "extractions",
    "issues",
    "metadata",
    "owners",
    "pages",
    "records",
    "staged",
]

explain(metadata)
