create schema if not exists reports;

create table if not exists reports.in_both (
    tenant text primary key,
    contacts bigint not null,
    candidates bigint not null,
    in_both bigint not null,
    counted_at timestamptz not null
);

insert into reports.in_both
with
    contacts as (select tenant, linkedin_id from recruiting.contacts where remote_deleted_at is null),
    candidates as (select tenant, linkedin_id from recruiting.candidates where remote_deleted_at is null),
    shared as (select distinct tenant, linkedin_id from contacts join candidates using (tenant, linkedin_id))
select tenant,
    (select count(*) from contacts where contacts.tenant = tenants.tenant),
    (select count(*) from candidates where candidates.tenant = tenants.tenant),
    (select count(*) from shared where shared.tenant = tenants.tenant),
    now()
from (select tenant from contacts union select tenant from candidates) tenants
on conflict (tenant) do update set
    contacts = excluded.contacts,
    candidates = excluded.candidates,
    in_both = excluded.in_both,
    counted_at = excluded.counted_at;
