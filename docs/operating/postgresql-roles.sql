-- Least rights on PostgreSQL: four roles, none of which can change or delete an event.
--
-- Run it as a superuser, connected to the database of onewindow, once before the first `onewindow db upgrade` and again after each:
-- it may be repeated, and it gives the tables of a new version to whom they belong. The schema is `public`.
--
-- | role              | for                                       | may                                                        |
-- | onewindow_upgrade | `db upgrade`, `key rotate`, `db restore`  | make and change tables; owns them                          |
-- | onewindow_views   | `project --follow --no-tick`, `rebuild`   | read everything; write and rebuild the views               |
-- | onewindow_append  | windows, departments, `tick`, the service | read everything; append events, add keys and attempts      |
-- | onewindow_read    | reports, auditors, `db backup`            | read everything                                            |
--
-- How each one signs in (a password, a certificate, a user of the machine) is set apart, in pg_hba.conf or by `alter role`.

do $$
declare
    role_name text;
begin
    foreach role_name in array array['onewindow_upgrade', 'onewindow_views', 'onewindow_append', 'onewindow_read'] loop
        if not exists (select from pg_roles where rolname = role_name) then
            execute format('create role %I login nosuperuser nocreatedb nocreaterole', role_name);
        end if;
        execute format('grant connect on database %I to %I', current_database(), role_name);
    end loop;
    execute format('revoke all on database %I from public', current_database());
end $$;

-- who upgrades may change the tables of the views, too
grant onewindow_views to onewindow_upgrade;

revoke all on schema public from public;
grant usage on schema public to onewindow_views, onewindow_append, onewindow_read;
grant usage, create on schema public to onewindow_upgrade;
grant create on schema public to onewindow_views;

-- what exists goes to its owner: the generations of the views to those who rebuild them, all else of ours to who upgrades
do $$
declare
    item record;
    table_of_view text;
begin
    for item in
        select c.oid::regclass as name from pg_class c
        where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname in (
            'alembic_version', 'attempts', 'commands', 'events', 'log_head', 'parked_events', 'person_keys', 'rebuild_chunks',
            'view_generations', 'view_numbers'
        )
    loop
        execute format('alter table %s owner to onewindow_upgrade', item.name);
        execute format('revoke all on table %s from public, onewindow_views, onewindow_append, onewindow_read', item.name);
        execute format('grant select on table %s to onewindow_views, onewindow_append, onewindow_read', item.name);
    end loop;
    for item in
        select p.oid::regprocedure as name from pg_proc p
        where p.pronamespace = 'public'::regnamespace
        and p.proname in ('append_events', 'attempts_never_changed', 'events_never_changed', 'hash_at')
    loop
        execute format('alter function %s owner to onewindow_upgrade', item.name);
        execute format('revoke all on function %s from public', item.name);
    end loop;
    if to_regclass('view_generations') is null then
        return;
    end if;
    for table_of_view in
        select format('%I', view || '_' || generation) from view_generations
    loop
        if to_regclass(table_of_view) is not null then
            execute format('alter table %s owner to onewindow_views', table_of_view);
            execute format('grant select on table %s to onewindow_append, onewindow_read', table_of_view);
        end if;
    end loop;
    grant insert, update, delete on view_generations, view_numbers, parked_events, rebuild_chunks to onewindow_views;
    grant insert on events, commands, person_keys, attempts to onewindow_append;
    grant update on log_head to onewindow_append;
    grant usage on sequence attempts_number_seq to onewindow_append;
    grant execute on all functions in schema public to onewindow_append;
end $$;

-- what is made later can be read by the same roles
alter default privileges for role onewindow_upgrade in schema public
    grant select on tables to onewindow_views, onewindow_append, onewindow_read;
alter default privileges for role onewindow_views in schema public
    grant select on tables to onewindow_append, onewindow_read;
