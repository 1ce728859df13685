-- Groups of at least 5 people, and nothing that tells of one: docs/access.md says why. They are materialized, so that
-- neither a function in a condition nor EXPLAIN ANALYZE reaches the rows of a group that is left out.

create schema recruiting_anonymous;

create view recruiting_anonymous.contacts_by_place as
with groups as materialized (
    select tenant, country_code, region, count(*) as contacts
    from recruiting.contacts where remote_deleted_at is null
    group by 1, 2, 3 having count(*) >= 5
)
select * from groups;

create view recruiting_anonymous.contacts_by_experience as
with groups as materialized (
    select
        tenant,
        case
            when total_years_experience < 2 then '0-2'
            when total_years_experience < 5 then '2-5'
            when total_years_experience < 10 then '5-10'
            when total_years_experience < 20 then '10-20'
            when total_years_experience >= 20 then '20+'
        end as years,
        linkedin_id is not null as has_linkedin,
        count(*) as contacts
    from recruiting.contacts where remote_deleted_at is null
    group by 1, 2, 3 having count(*) >= 5
)
select * from groups;

create view recruiting_anonymous.contacts_by_skill as
with groups as materialized (
    select s.tenant, lower(s.name) as skill, count(distinct s.contact_id) as contacts
    from recruiting.contact_skills s
    join recruiting.contacts c on c.tenant = s.tenant and c.remote_id = s.contact_id and c.remote_deleted_at is null
    group by 1, 2 having count(distinct s.contact_id) >= 5
)
select * from groups;

create view recruiting_anonymous.contacts_by_week as
with groups as materialized (
    select tenant, date_trunc('week', first_seen_at at time zone 'UTC')::date as first_seen_week, count(*) as contacts
    from recruiting.contacts where remote_deleted_at is null
    group by 1, 2 having count(*) >= 5
)
select * from groups;

create view recruiting_anonymous.candidates_by_place as
with groups as materialized (
    select tenant, country_code, count(*) as candidates
    from recruiting.candidates where remote_deleted_at is null
    group by 1, 2 having count(*) >= 5
)
select * from groups;

create view recruiting_anonymous.candidates_by_status as
with groups as materialized (
    select tenant, status, status_label, count(*) as candidates
    from recruiting.candidates where remote_deleted_at is null
    group by 1, 2, 3 having count(*) >= 5
)
select * from groups;

create view recruiting_anonymous.candidates_by_profile as
with groups as materialized (
    select
        tenant,
        case
            when profile_completeness < 25 then '0-24'
            when profile_completeness < 50 then '25-49'
            when profile_completeness < 75 then '50-74'
            when profile_completeness < 100 then '75-99'
            when profile_completeness >= 100 then '100'
        end as profile_completeness,
        email is not null as has_email,
        coalesce(mobile_phone_e164, fixed_phone_e164) is not null as has_phone,
        linkedin_id is not null as has_linkedin,
        count(*) as candidates
    from recruiting.candidates where remote_deleted_at is null
    group by 1, 2, 3, 4, 5 having count(*) >= 5
)
select * from groups;

create view recruiting_anonymous.candidates_by_week as
with groups as materialized (
    select tenant, date_trunc('week', remote_created_at at time zone 'UTC')::date as created_week, count(*) as candidates
    from recruiting.candidates where remote_deleted_at is null
    group by 1, 2 having count(*) >= 5
)
select * from groups;

create view recruiting_anonymous.status_changes_by_week as
with groups as materialized (
    select
        tenant, date_trunc('week', changed_at at time zone 'UTC')::date as week, status_from, status_to,
        count(distinct candidate_id) as candidates
    from recruiting.candidate_status_changes
    group by 1, 2, 3, 4 having count(distinct candidate_id) >= 5
)
select * from groups;
