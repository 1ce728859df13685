"""The tables.

Revision ID: 0001
Revises:
"""

from alembic import op

from include.errors import Permanent

revision = "0001"
down_revision = None

BOOKKEEPING = """
    remote_created_at timestamptz,
    remote_updated_at timestamptz,
    first_seen_at timestamptz not null default now(),
    changed_at timestamptz not null default now(),
    remote_deleted_at timestamptz,
    content_hash text not null,
    extraction_id bigint not null,
    primary key (tenant, remote_id)
"""

HISTORY = """
    tenant text,
    remote_id text,
    valid_from timestamptz,
    valid_to timestamptz,
    record jsonb not null,
    extraction_id bigint not null,
    primary key (tenant, remote_id, valid_from)
"""

OF_A_CONTACT = "foreign key (tenant, contact_id) references recruiting.contacts on delete cascade"

DATED = "start_date date, start_precision text, end_date date, end_precision text"

INGEST = """
create table ingest.extractions (
    id bigint generated always as identity primary key,
    tenant text not null,
    source text not null,
    owner text not null,
    dag_id text not null,
    run_id text not null,
    map_index integer not null,
    slice jsonb not null,
    started_at timestamptz not null default now(),
    completed_at timestamptz,
    verdict text,
    reason text,
    reported_total bigint,
    counts jsonb not null default '{}'
);
create index on ingest.extractions (dag_id, run_id, map_index);
create index on ingest.extractions (tenant, source, owner, completed_at);

create table ingest.pages (
    extraction_id bigint,
    pass integer,
    number integer,
    read_at timestamptz not null default now(),
    last boolean not null,
    totals bigint[] not null,
    records uuid[] not null,
    primary key (extraction_id, pass, number),
    constraint pages_extractions_fkey foreign key (extraction_id) references ingest.extractions on delete cascade
);

create table ingest.records (
    tenant text,
    source text,
    hash uuid,
    remote_id text,
    body json not null,
    landed_at timestamptz not null default now(),
    primary key (tenant, source, hash)
);

create table ingest.issues (
    extraction_id bigint,
    pass integer,
    page integer,
    position integer,
    field text,
    reason text not null,
    primary key (extraction_id, pass, page, position, field),
    constraint issues_extractions_fkey foreign key (extraction_id) references ingest.extractions on delete cascade
);

create table ingest.owners (
    tenant text,
    source text,
    owner text,
    first_seen_at timestamptz not null default now(),
    primary key (tenant, source, owner)
);
"""

STAGING = """
create schema if not exists staging;
create unlogged table staging.records (
    extraction_id bigint,
    remote_id text,
    content_hash text not null,
    linked boolean,
    record jsonb not null,
    primary key (extraction_id, remote_id)
);
"""

CONTACTS = f"""
create schema if not exists recruiting;
create table recruiting.contacts (
    tenant text,
    remote_id text,
    profile_id text,
    crm_contact_id text,
    first_name text,
    last_name text,
    full_name text,
    headline text,
    summary text,
    picture_url text,
    location text,
    city text,
    region text,
    country text,
    country_code text,
    linkedin_url text,
    linkedin_id text,
    title text,
    company_name text,
    total_years_experience numeric,
    {BOOKKEEPING}
);
create index on recruiting.contacts (tenant, linkedin_id);

create table recruiting.contact_experiences (
    tenant text, contact_id text, position integer,
    title text, company_name text, {DATED}, is_current boolean, description text,
    primary key (tenant, contact_id, position),
    constraint contact_experiences_contacts_fkey {OF_A_CONTACT}
);

create table recruiting.contact_educations (
    tenant text, contact_id text, position integer,
    institution text, degree text, field_of_study text, {DATED},
    primary key (tenant, contact_id, position),
    constraint contact_educations_contacts_fkey {OF_A_CONTACT}
);

create table recruiting.contact_skills (
    tenant text, contact_id text, position integer,
    name text not null,
    primary key (tenant, contact_id, position),
    constraint contact_skills_contacts_fkey {OF_A_CONTACT}
);

create table recruiting.contact_projects (
    tenant text, contact_id text, project_id text,
    primary key (tenant, contact_id, project_id)
);
create index on recruiting.contact_projects (tenant, project_id, contact_id);

create table recruiting.contacts_history ({HISTORY});
"""

CANDIDATES = f"""
create table recruiting.candidates (
    tenant text,
    remote_id text,
    slug text,
    first_name text,
    middle_name text,
    last_name text,
    full_name text,
    email text,
    mobile_phone text,
    mobile_phone_e164 text,
    fixed_phone text,
    fixed_phone_e164 text,
    status text,
    status_label text,
    locality text,
    country_code text,
    linkedin_url text,
    linkedin_id text,
    profile_completeness integer,
    avatar_small text,
    avatar_medium text,
    avatar_large text,
    {BOOKKEEPING}
);
create index on recruiting.candidates (tenant, linkedin_id);
create index on recruiting.candidates (tenant, email);

create table recruiting.candidate_users (
    tenant text, candidate_id text, user_id bigint,
    remote_deleted_at timestamptz,
    primary key (tenant, candidate_id, user_id)
);
create index on recruiting.candidate_users (tenant, user_id, candidate_id);

create table recruiting.candidates_history ({HISTORY});
"""


def upgrade() -> None:
    """Make the schemas and their tables."""
    for statements in (INGEST, STAGING, CONTACTS, CANDIDATES):
        op.execute(statements)


def downgrade() -> None:
    """Refuse."""
    raise Permanent(
        "migrations only go forward", advice="Restore the backup that was taken before this migration instead."
    )
