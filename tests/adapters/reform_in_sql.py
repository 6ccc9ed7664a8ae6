"""The figures of the reform by DuckDB, from the exported log alone: no code of onewindow, its own idea of working time."""

from datetime import date
from pathlib import Path

import duckdb

TABLES = """
set timezone = 'UTC';
create table log as
select position, history, event, type, occurred_at::timestamptz happened, data
from read_json('{file}', format = 'newline_delimited', columns = {{
    position: 'bigint', history: 'varchar', event: 'int', type: 'varchar', occurred_at: 'varchar', data: 'json'}});

-- the sessions of every working day, from the calendar that the hall was opened with
create table sessions as
with calendar as (select data->'calendar' c from log where type = 'hall.opened' limit 1),
years as (select unnest(from_json(c->'years', '["json"]')) y from calendar),
holidays as (select unnest(from_json(y->'holidays', '["date"]')) d from years),
makeups as (select unnest(from_json(y->'makeup_days', '["date"]')) d from years),
days as (
    select unnest(generate_series(make_date(min((y->>'year')::int), 1, 1), make_date(max((y->>'year')::int), 12, 31),
                                  interval 1 day))::date d from years),
worked as (
    select d from days
    where d in (select d from makeups)
       or (isodow(d) between 1 and 5 and d not in (select d from holidays))),
hours as (select unnest(from_json(c->'sessions', '["json"]')) s from calendar)
select (d + (s->>'opens')::time) at time zone 'Asia/Shanghai' opens,
       (d + (s->>'closes')::time) at time zone 'Asia/Shanghai' closes
from worked, hours;

create table cases as
select history, min(happened) filter (type = 'application.intake_registered') received,
       min(happened) filter (type in ('application.accepted', 'application.deemed_accepted')) accepted,
       min(happened) filter (type = 'application.decided') decided,
       min(happened) filter (type in ('application.result_issued', 'application.supplement_lapsed',
                                'application.acceptance_refused', 'application.deferral_lapsed')) ended
from log where history like 'application/%' group by history;

-- spans in which a clock stood still, those that overlap joined
create table stops as
with each as (
    select s.history, s.happened since, coalesce(min(e.happened), min(c.decided), min(c.ended)) until
    from log s join cases c using (history)
    left join log e on e.history = s.history and e.type = 'application.clock_resumed' and e.position > s.position
                   and e.data->>'suspension_id' = s.data->>'suspension_id'
    where s.type = 'application.clock_stopped' group by s.history, s.position, s.happened),
fresh as (
    select *, coalesce(since > max(until) over (partition by history order by since
        rows between unbounded preceding and 1 preceding), true) begins from each),
numbered as (select *, sum(begins::int) over (partition by history order by since) island from fresh)
select history, min(since) since, max(until) until from numbered group by history, island;

create table waits as
select history, taken, called from (
    select history, type, happened called,
           lag(greatest(happened, (select min((b.data->>'slot')::timestamptz) from log b
                             where b.history = l.history and b.type = 'ticket.booked' and l.type = 'ticket.taken')))
               over (partition by history order by event) taken
    from log l where type in ('ticket.taken', 'ticket.transferred', 'ticket.called'))
where type = 'ticket.called';

create table visits as
select 'application/' || (data->>'case_id') history, history ticket, happened from log where type = 'ticket.matter_served';
"""
DAY = "(({at}) at time zone 'Asia/Shanghai')::date between '{first}' and '{last}'"
WITHIN = """select coalesce(sum(epoch_us(least({until}, closes)) - epoch_us(greatest({since}, opens))), 0)
            from sessions where opens < {until} and closes > {since}"""
FIGURES = {
    "windows": """
        select sum(n), count(*) from (
            select json_array_length(data->'windows') n from log
            where type in ('hall.opened', 'hall.windows_merged')
              and (happened at time zone 'Asia/Shanghai')::date <= '{last}'
            qualify row_number() over (partition by history order by position desc) = 1)""",
    "materials": "select sum(len(list_filter(m, lambda x: (x->>'abolished') is null))), count(*) from ({in_force})",
    "abolished": "select sum(len(list_filter(m, lambda x: (x->>'abolished') is not null))), count(*) from ({in_force})",
    "waiting": "select avg(epoch_us(called) - epoch_us(taken)) / 60e6, count(*) from waits where {called}",
    "tickets": """
        select (select count(*) from (select distinct history, ticket from visits semi join of_it using (history)))
               / count(*), count(*) from of_it""",
    "visits": """
        select (select count(*) from (select distinct history, (happened at time zone 'Asia/Shanghai')::date
                                      from visits semi join of_it using (history)))
               / count(*), count(*) from of_it""",
    "total": """
        select avg(({worked}) - coalesce((
            select sum(({stopped})) from (
                select greatest(since, received) since, least(until, ended) until from stops
                where stops.history = of_it.history) s), 0)) / 3600e6, count(*)
        from of_it""",
    "on-time": """
        select 100.0 * count(*) filter (decided <= due) / count(*), count(*) from (
            select decided, arg_max((data->>'due_at')::timestamptz, event) due
            from cases join log using (history)
            where data->>'due_at' is not null and happened <= decided and {decided_in}
              and type in ('application.accepted', 'application.deemed_accepted', 'application.clock_resumed',
                           'application.limit_extended')
            group by history, decided)""",
}
IN_FORCE = """
    select from_json(data->'item'->'materials', '["json"]') m from log
    where type in ('catalogue.item_published', 'catalogue.item_revised')
      and (data->'item'->>'effective_from')::date <= '{last}'
    qualify row_number() over (partition by history order by position desc) = 1"""


def figures_by_duckdb(file: Path, first: date, last: date) -> dict[str, tuple[float | None, int]]:
    """Value and count of each figure."""
    log = duckdb.connect()
    log.execute(TABLES.format(file=file))
    within = {name: DAY.format(at=name, first=first, last=last) for name in ("called", "ended", "decided")}
    log.execute(f"create view of_it as select * from cases where {within['ended']}")
    parts = {
        "last": last,
        "in_force": IN_FORCE.format(last=last),
        "called": within["called"],
        "decided_in": within["decided"],
        "worked": WITHIN.format(since="received", until="ended"),
        "stopped": WITHIN.format(since="s.since", until="s.until"),
    }
    found = {}
    for name, query in FIGURES.items():
        (row,) = log.execute(query.format(**parts)).fetchall()
        found[name] = (None if row[0] is None else float(row[0]), int(row[1]))
    return found
