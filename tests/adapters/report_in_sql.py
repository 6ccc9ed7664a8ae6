"""How long cases took, by DuckDB from the exported log alone: grouped by any combination, of any selection."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from tests.adapters.reform_in_sql import TABLES, WITHIN

SPANS = """
create table facts as
select history, data->>'hall' hall, data->>'channel' channel, data->>'layout' layout,
       list_aggregate(from_json(data->'items', '[{{"item_id": "varchar"}}]').list_transform(lambda x: x.item_id),
                      'string_agg', '+') item
from log where type = 'application.intake_registered';

create table ends as
select history, max(case type when 'application.decided' then data->>'outcome'
                              when 'application.withdrawn' then 'withdrawn'
                              when 'application.supplement_lapsed' then 'not_accepted' end) result,
       max(happened) filter (type in ('application.result_issued', 'application.withdrawn',
                                      'application.supplement_lapsed')) over_at
from log where history like 'application/%' group by history;

create table spans as
with each as (
    select history, 'total' stage, received since, over_at until from cases join ends using (history) where over_at is not null
    union all
    select history, 'decision', accepted, decided from cases where accepted is not null and decided is not null)
select each.*, facts.* exclude (history), result,
       (until at time zone 'Asia/Shanghai')::date ended_on, strftime(until at time zone 'Asia/Shanghai', '%Y-%m') "month",
       epoch_us(until) - epoch_us(since) calendar,
       ({worked}) - coalesce((select sum(({stopped})) from (
            select greatest(stops.since, each.since) since, least(coalesce(stops.until, each.until), each.until) until
            from stops where stops.history = each.history and stops.since < each.until) s), 0) working
from each join facts using (history) join ends using (history);
"""
Row = tuple[tuple[str, ...], int, float, float, float]


def spans_of(file: Path) -> duckdb.DuckDBPyConnection:
    """A connection with a table ``spans``: a row a case for ``total`` and for ``decision``."""
    log = duckdb.connect()
    log.execute(TABLES.format(file=file))
    log.execute(
        SPANS.format(
            worked=WITHIN.format(since="each.since", until="each.until"),
            stopped=WITHIN.format(since="s.since", until="s.until"),
        )
    )
    return log


def report_by_duckdb(
    log: duckdb.DuckDBPyConnection,
    by: Sequence[str],
    stage: str,
    clock: str,
    only: Mapping[str, Sequence[str]],
    days: tuple[date, date],
) -> list[Row]:
    """For each combination, in their order: its values, how many spans, mean, median and ninth decile in seconds."""
    kept = ["stage = ?", "ended_on between ? and ?"]
    values: list[Any] = [stage, *days]
    for column, names in only.items():
        each = f"string_split({column}, '+')" if column == "item" else f"[{column}]"
        kept.append(f"list_has_any({each}, ?)")
        values.append(list(names))
    if stage == "total" and "result" not in by and "result" not in only:
        kept.append("result <> 'withdrawn'")
    groups = ", ".join(f'"{name}"' for name in by)
    rows = log.execute(
        f"select {groups}, count(*), avg({clock}) / 1e6, quantile_cont({clock}, 0.5) / 1e6, quantile_cont({clock}, 0.9) / 1e6 "
        f"from spans where {' and '.join(kept)} group by {groups} order by {groups}",
        values,
    ).fetchall()
    return [(row[: len(by)], *row[len(by) :]) for row in rows]
