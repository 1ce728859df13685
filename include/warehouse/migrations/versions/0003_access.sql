create function ingest.grant_access() returns setof text language plpgsql as $$
declare
    wanted text;
    space text;
    allowed text;
begin
    for wanted in select unnest(array['recruiting_reader', 'recruiting_loader', 'recruiting_anonymous']) loop
        if not exists (select from pg_roles where rolname = wanted) then
            begin
                execute format('create role %I nologin', wanted);
            exception
                -- Roles are the cluster's: another database was quicker.
                when duplicate_object or unique_violation then null;
                when insufficient_privilege then
                    raise notice 'role % is missing, and % may not create it: see docs/access.md', wanted, current_user;
                    return next wanted;
            end;
        end if;
    end loop;
    for wanted, space, allowed in
        select role, spaces, rights
        from (
            values ('recruiting_reader', 'recruiting', 'select'),
                ('recruiting_anonymous', 'recruiting_anonymous', 'select'),
                ('recruiting_loader', 'ingest', 'select, insert, update, delete'),
                ('recruiting_loader', 'staging', 'select, insert, update, delete'),
                ('recruiting_loader', 'recruiting', 'select, insert, update, delete')
        ) as access (role, spaces, rights)
        join pg_roles on rolname = role
    loop
        execute format('grant usage on schema %I to %I', space, wanted);
        execute format('grant %s on all tables in schema %I to %I', allowed, space, wanted);
        execute format('alter default privileges in schema %I grant %s on tables to %I', space, allowed, wanted);
        if wanted = 'recruiting_loader' then
            -- Merging fills temporary tables; a database that was locked down grants them to nobody.
            execute format('grant temporary on database %I to %I', current_database(), wanted);
            revoke insert, update, delete on ingest.alembic_version from recruiting_loader;
        end if;
    end loop;
end
$$;
