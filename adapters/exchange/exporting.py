"""Writing the log back as XES, so that any process-mining tool reads it: a trace a case, an event an event."""

from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import replace as with_changes
from datetime import UTC, datetime
from itertools import groupby

from msgspec.structs import replace

from adapters.bootstrap import Installation
from adapters.disk.target import Target
from adapters.exchange.xes_writer import XesWriter
from domain.application.beside.changed_rows import RowCorrected, RowTakenOut
from domain.application.state import Application
from domain.evolving import fold
from domain.history import APPLICATIONS
from domain.record import Record

Value = str | datetime
Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Exported:
    """What an export wrote."""

    cases: int = 0
    events: int = 0


def export_xes(installation: Installation, target: Target, progress: Progress) -> Exported:
    """Write every case. Imported events come back with the attributes they had; the file appears when it is whole."""
    head = installation.log.head()
    done = Exported()
    with XesWriter(target) as writer:
        for stream_id, own in groupby(installation.log.every(APPLICATIONS, head), key=lambda row: row.originator_id):
            records = _as_read_now([row.record() for row in own])
            if not records:
                continue
            writer.trace(_trace(stream_id.partition("/")[2], records))
            for record in records:
                writer.event(_event(record))
            done.cases += 1
            done.events += len(records)
            progress(done.events, head)
    return done


def _as_read_now(records: list[Record]) -> list[Record]:
    """The records of a case, with the rows of a log as that log said them last."""
    changed = {record.event.corrects: record.event for record in records if isinstance(record.event, RowCorrected)}
    out = {record.event.corrects for record in records if isinstance(record.event, RowTakenOut)}
    kept = [
        record
        for record in records
        if record.originator_version not in out and not isinstance(record.event, RowCorrected | RowTakenOut)
    ]
    return [
        _changed(record, changed[record.originator_version]) if record.originator_version in changed else record
        for record in kept
    ]


def _changed(record: Record, now: RowCorrected) -> Record:
    source = now.source
    if record.act.source is not None and not source.case_attributes:
        source = with_changes(source, case_attributes=record.act.source.case_attributes)
    return replace(record, act=replace(record.act, occurred_at=now.at, source=source))


def _trace(case_id: str, records: list[Record]) -> dict[str, Value]:
    source = records[0].act.source
    if source is not None:
        return {
            "concept:name": case_id,
            **{k: _value(v) for k, v in source.case_attributes.items() if k != "concept:name"},
        }
    case = fold(Application(case_id=case_id), records)
    known = {
        "channel": case.channel_label,
        "hall": case.hall,
        "zone": case.zone,
        "layout": case.layout,
        "department": case.department,
        "item": "+".join(ref.item_id for ref in case.items),
        "status": case.status.value,
    }
    return {"concept:name": case_id, **{name: value for name, value in known.items() if value}}


def _event(record: Record) -> dict[str, Value]:
    act = record.act
    if act.source is not None:
        source = act.source
        plain: dict[str, Value] = {"concept:name": source.activity, "time:timestamp": act.occurred_at}
        plain |= {k: v for k, v in (("org:group", source.group), ("org:resource", source.resource)) if v is not None}
        return plain | {k: _value(v) for k, v in source.attributes.items() if k not in plain}
    return {
        "concept:name": record.event.title,
        "concept:instance": f"{record.originator_id}:{record.originator_version}",
        "lifecycle:transition": "complete",
        "time:timestamp": act.occurred_at,
        "org:resource": act.actor.person,
        "org:role": act.actor.role.value,
        **({"org:group": act.actor.department} if act.actor.department else {}),
        "onewindow:type": record.event.type_name,
        "onewindow:recorded": act.recorded_at,
    }


def _value(text: str) -> Value:
    """A date where the text is a canonical time, the text otherwise."""
    if len(text) == len("2011-10-11T11:42:22.688000Z") and text.endswith("Z") and text[10] == "T":
        try:
            return datetime.fromisoformat(text).astimezone(UTC)
        except ValueError:
            return text
    return text
