-- Postgres puts such functions into the query that calls them, and so finds one record by the key of the history.

create function recruiting.contacts_as_of(moment timestamptz)
returns table (
    tenant text, remote_id text,
    profile_id text, crm_contact_id text, first_name text, last_name text, full_name text, headline text, summary text,
    picture_url text, location text, city text, region text, country text, country_code text,
    linkedin_url text, linkedin_id text, title text, company_name text, total_years_experience numeric,
    remote_created_at timestamptz, remote_updated_at timestamptz,
    experiences jsonb, educations jsonb, skills jsonb,
    valid_from timestamptz, valid_to timestamptz, extraction_id bigint
)
language sql stable parallel safe as $$
    select
        h.tenant, h.remote_id, r.*,
        h.record -> 'contact_experiences', h.record -> 'contact_educations', h.record -> 'contact_skills',
        h.valid_from, h.valid_to, h.extraction_id
    from recruiting.contacts_history h, jsonb_to_record(h.record) as r (
        profile_id text, crm_contact_id text, first_name text, last_name text, full_name text, headline text, summary text,
        picture_url text, location text, city text, region text, country text, country_code text,
        linkedin_url text, linkedin_id text, title text, company_name text, total_years_experience numeric,
        remote_created_at timestamptz, remote_updated_at timestamptz
    )
    where h.valid_from <= moment and (h.valid_to > moment or h.valid_to is null)
$$;

create function recruiting.candidates_as_of(moment timestamptz)
returns table (
    tenant text, remote_id text,
    slug text, first_name text, middle_name text, last_name text, full_name text, email text,
    mobile_phone text, mobile_phone_e164 text, fixed_phone text, fixed_phone_e164 text, status text, status_label text,
    locality text, country_code text, linkedin_url text, linkedin_id text, profile_completeness integer,
    avatar_small text, avatar_medium text, avatar_large text,
    remote_created_at timestamptz, remote_updated_at timestamptz,
    valid_from timestamptz, valid_to timestamptz, extraction_id bigint
)
language sql stable parallel safe as $$
    select h.tenant, h.remote_id, r.*, h.valid_from, h.valid_to, h.extraction_id
    from recruiting.candidates_history h, jsonb_to_record(h.record) as r (
        slug text, first_name text, middle_name text, last_name text, full_name text, email text,
        mobile_phone text, mobile_phone_e164 text, fixed_phone text, fixed_phone_e164 text, status text, status_label text,
        locality text, country_code text, linkedin_url text, linkedin_id text, profile_completeness integer,
        avatar_small text, avatar_medium text, avatar_large text,
        remote_created_at timestamptz, remote_updated_at timestamptz
    )
    where h.valid_from <= moment and (h.valid_to > moment or h.valid_to is null)
$$;

create view recruiting.candidate_status_changes as
select tenant, candidate_id, changed_at, status_from, status_to, label_from, label_to, is_first, extraction_id
from (
    select
        tenant, remote_id as candidate_id, valid_from as changed_at, extraction_id,
        lag(record ->> 'status') over earlier as status_from,
        record ->> 'status' as status_to,
        lag(record ->> 'status_label') over earlier as label_from,
        record ->> 'status_label' as label_to,
        row_number() over earlier = 1 as is_first
    from recruiting.candidates_history
    window earlier as (partition by tenant, remote_id order by valid_from)
) as states
where is_first or status_from is distinct from status_to;

-- Retention may have cleared the page or the record, and not yet the issue.
create view ingest.issues_with_records as
select
    i.extraction_id, e.tenant, e.source, e.owner, e.dag_id, e.run_id, e.map_index, p.read_at,
    i.pass, i.page, i.position, r.remote_id,
    case when r.hash is not null then r.remote_id is null end as rejected,
    i.field, i.reason, r.body
from ingest.issues i
join ingest.extractions e on e.id = i.extraction_id
left join ingest.pages p on p.extraction_id = i.extraction_id and p.pass = i.pass and p.number = i.page
left join ingest.records r on r.tenant = e.tenant and r.source = e.source and r.hash = p.records[i.position];
