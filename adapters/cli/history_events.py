"""The events of a history for programs: as they are stored, with what chains them, and in words."""

from collections.abc import Iterable

from msgspec.json import decode

from adapters.bootstrap import Installation
from adapters.cli.answers.histories import HistoryEvent
from domain.history import Followed
from domain.record import stamp
from domain.ticket.ticket import Ticket
from projections.engine.projection import Transition
from projections.views.particulars import particulars


def history_events(installation: Installation, stream_id: str, told: Iterable[Transition]) -> list[HistoryEvent]:
    """The events that these transitions of one history are made of."""
    stored = {row.version: row for row in installation.log.chained(stream_id)}
    events = []
    for transition in told:
        record, act = transition.record, transition.record.act
        row = stored[record.originator_version]
        events.append(
            HistoryEvent(
                version=record.originator_version,
                position=record.position,
                type=record.event.type_name,
                schema_version=row.schema_version,
                title=record.event.title,
                words=particulars(record.event),
                status=_status(transition.after),
                occurred_at=stamp(act.occurred_at),
                recorded_at=stamp(act.recorded_at),
                person=act.actor.person,
                role=act.actor.role.value,
                department=act.actor.department,
                hall=act.actor.hall,
                window=act.actor.window,
                command_id=act.command_id,
                data=decode(row.data),
                act=decode(row.metadata),
                hash=row.hash.hex(),
                link=row.link.hex(),
            )
        )
    return events


def _status(state: Followed) -> str:
    return state.stand.value if isinstance(state, Ticket) else state.status.value
