-- Least rights on PostgreSQL: three roles, none of which can change or delete an event.
--
-- Run it as a superuser, connected to the database of onewindow, once before the first `onewindow db upgrade` and again after each:
-- it may be repeated, and it gives the tables of a new version to their owner. The schema is `public`.
--
-- {owner_name}: `db upgrade`, `db restore`, `key rotate`, `project rebuild`, `rollback`, `drop`; it owns the tables
-- {service_name}: windows, departments, `tick`, `project --follow`; reads, appends, and keeps the rows of the views
-- {reader_name}: reports, auditors, `verify`, `db backup`; reads
--
-- How each one signs in (a password, a certificate, a user of the machine) is set apart, in pg_hba.conf or by `alter role`.

begin;

do $$
declare
    role_name text;
begin
    foreach role_name in array array['{owner_name}', '{service_name}', '{reader_name}'] loop
        if not exists (select from pg_roles where rolname = role_name) then
            execute format('create role %I login nosuperuser nocreatedb nocreaterole', role_name);
        end if;
        execute format('grant connect on database %I to %I', current_database(), role_name);
    end loop;
    execute format('revoke all on database %I from public', current_database());
end $$;

revoke all on schema public from public, {service}, {reader};
grant usage on schema public to {service}, {reader};
grant usage, create on schema public to {owner};

-- what exists goes to its owner, with its rows readable by the other two
do $$
declare
    item record;
begin
    for item in
        select c.oid::regclass as name from pg_class c
        where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname = any(array[{tables}])
    loop
        execute format('alter table %s owner to {owner}', item.name);
        execute format('revoke all on table %s from public, {service}, {reader}', item.name);
        execute format('grant select on table %s to {service}, {reader}', item.name);
    end loop;
    for item in
        select p.oid::regprocedure as name, p.proname = any(array[{functions}]) as called from pg_proc p
        where p.pronamespace = 'public'::regnamespace and p.proname = any(array[{functions}, {guards}])
    loop
        execute format('alter function %s owner to {owner}', item.name);
        execute format('revoke all on function %s from public, {service}, {reader}', item.name);
        if item.called then
            execute format('grant execute on function %s to {service}', item.name);
        end if;
    end loop;
    if to_regclass('view_generations') is null then
        return;
    end if;
    -- the service keeps the rows of the views, in every generation; one that a rebuild makes has the rights of the live one
    for item in
        select to_regclass(format('%I', view || '_' || generation)) as name from view_generations
    loop
        if item.name is not null then
            execute format('alter table %s owner to {owner}', item.name);
            execute format('revoke all on table %s from public, {service}, {reader}', item.name);
            execute format('grant select, insert, update, delete on table %s to {service}', item.name);
            execute format('grant select on table %s to {reader}', item.name);
        end if;
    end loop;
{service_rights}
end $$;

-- what the owner makes later can be read by the other two
alter default privileges for role {owner} in schema public grant select on tables to {service}, {reader};

commit;
