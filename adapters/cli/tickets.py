"""``ticket``: the queue of a hall, from taking a number to being served."""

from collections.abc import Callable
from typing import Annotated, Any

import typer

from adapters.bootstrap import Installation
from adapters.cli.answers.histories import TicketHistory
from adapters.cli.answers.receipts import TicketCalled, TicketReceipt, TicketTaken
from adapters.cli.dispatch import Asked, ByOption, ReasonOption, give
from adapters.cli.halls import HallArgument, WindowArgument, ZoneOption
from adapters.cli.history_events import history_events
from adapters.cli.options import (
    DatabaseOption,
    Format,
    FormatOption,
    WaitForOption,
    WaitSecondsOption,
    moment_for,
    opened,
    up_to_date,
)
from adapters.cli.output import local, say, say_json, say_table
from adapters.cli.recording import envelope, records
from adapters.language.event_sentence import sentence
from adapters.language.titles import title
from adapters.services import tickets as ticketing
from adapters.services.tickets import TicketRequest
from domain.application.command import known
from domain.command import Command
from domain.history import TICKETS
from domain.people.applicant_kind import ApplicantKind
from domain.people.favour import Favour
from domain.record import Actor, Role, stamp
from domain.ticket.calling import MarkNoShow, RecallTicket, TransferTicket
from domain.ticket.serving import EndService, ServeMatter
from domain.ticket.taking import GiveUpTicket
from domain.ticket.ticket import OPEN, Purpose, Ticket
from projections.engine.projection import transitions
from projections.views.hall_queue import HallQueue, visitors

TicketArgument = Annotated[str, typer.Argument(metavar="TICKET", help="The id of the ticket.")]
MatterOption = Annotated[
    list[str], typer.Option("--matter", metavar="ITEM", help="The service item; may be given several times.")
]
PurposeOption = Annotated[Purpose, typer.Option(help="The purpose of the visit.")]
QueueOfOption = Annotated[
    str | None,
    typer.Option(
        "--department", metavar="D", help="The department whose window it is, in a hall with department windows."
    ),
]
FavourOption = Annotated[Favour | None, typer.Option(help="The reason why the visitor is called first.")]
AtOption = Annotated[str, typer.Option("--window", metavar="WINDOW", help="The window of the person who acts.")]


def add_to(app: typer.Typer) -> None:
    """Put the commands into the command line."""
    ticket = typer.Typer(help="The queue of a hall: take a number (取号), call (叫号), serve.", no_args_is_help=True)
    commands: dict[str, Callable[..., None]] = {
        "take": take,
        "book": book,
        "arrive": arrive,
        "give-up": give_up,
        "call": call,
        "recall": recall,
        "no-show": no_show,
        "transfer": transfer,
        "serve": serve,
        "leave": leave,
        "queue": queue,
        "show": show,
    }
    for name, command in commands.items():
        ticket.command(name)(command)
    app.add_typer(ticket, name="ticket")


@records
def take(
    hall: HallArgument,
    zone: ZoneOption,
    matter: MatterOption,
    by: ByOption,
    purpose: PurposeOption = Purpose.APPLY,
    department: QueueOfOption = None,
    favour: FavourOption = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Take a number on the spot; the answer says how long the wait will be."""
    visit = _visit(hall, zone, matter, purpose, department, favour)
    with opened(database) as installation:
        taken = ticketing.take(installation, _counter(by, hall), visit, envelope=envelope(installation))
    _say_taken(format_, taken)


@records
def book(
    hall: HallArgument,
    zone: ZoneOption,
    matter: MatterOption,
    at: Annotated[str, typer.Option("--at", metavar="TIME", help="When the visitor will come.")],
    by: ByOption,
    purpose: PurposeOption = Purpose.APPLY,
    department: QueueOfOption = None,
    favour: FavourOption = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Book a visit in advance."""
    visit = _visit(hall, zone, matter, purpose, department, favour)
    slot = moment_for(database, at, "--at", hall)
    with opened(database) as installation:
        ticket, receipt = ticketing.book(installation, _counter(by, hall), visit, slot.at, envelope(installation))
    said = f"ticket {ticket} is booked for {slot}, recorded at position {receipt.position}"
    say(format_, said, TicketReceipt(ticket=ticket, position=receipt.position))


@records
def arrive(
    ticket: TicketArgument, by: ByOption, database: DatabaseOption = None, format_: FormatOption = Format.TABLE
) -> None:
    """Give a number to a visitor who has booked and has arrived."""
    with opened(database) as installation:
        hall = ticketing.ticket_of(installation, ticket).hall
        taken = ticketing.arrive(installation, _counter(by, hall), ticket, envelope(installation))
    _say_taken(format_, taken)


@records
def give_up(
    ticket: TicketArgument,
    by: ByOption,
    reason: Annotated[str | None, typer.Option(metavar="TEXT", help="The reason.")] = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Leave the queue, or cancel a booking."""
    fields = {"ticket_id": ticket, "reason": reason}
    asked = Asked(GiveUpTicket, Actor(person=by, role=Role.FRONT_DESK), fields)
    give(database, format_, "ticket", ticket, "given up", asked)


def call(
    hall: HallArgument,
    window: WindowArgument,
    by: ByOption,
    wait_for: WaitForOption = None,
    wait_seconds: WaitSecondsOption = 10.0,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Call the next visitor to a window: those whom the law or the hall favours first, then the others in their order."""
    with opened(database) as installation:
        called = ticketing.call_next(
            installation, ticketing.at_window(installation, by, hall, window), wait_seconds, wait_for
        )
        number = called and ticketing.ticket_of(installation, called[0]).number
    if called is None:
        say(
            format_,
            f"nobody waits for window {window} of hall {hall}",
            TicketCalled(ticket=None, number=None, position=0),
        )
        return
    ticket, receipt = called
    said = f"{number} to window {window}: ticket {ticket}, recorded at position {receipt.position}"
    say(format_, said, TicketCalled(ticket=ticket, number=number, position=receipt.position))


@records
def recall(
    ticket: TicketArgument,
    window: AtOption,
    by: ByOption,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Call again a visitor who has not come yet."""
    _give(database, format_, RecallTicket, ticket, window, by, "called again")


@records
def no_show(
    ticket: TicketArgument,
    window: AtOption,
    by: ByOption,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Record that nobody came."""
    _give(database, format_, MarkNoShow, ticket, window, by, "nobody came")


@records
def transfer(
    ticket: TicketArgument,
    window: AtOption,
    reason: ReasonOption,
    by: ByOption,
    zone: Annotated[
        ApplicantKind | None, typer.Option(help="The zone to send the visitor to.", show_default="the same")
    ] = None,
    department: QueueOfOption = None,
    purpose: Annotated[
        Purpose | None, typer.Option(help="The purpose to send the visitor for.", show_default="the same")
    ] = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Send a visitor on to another queue; they keep their place."""
    to: dict[str, Any] = {"zone": zone, "department": department, "purpose": purpose, "reason": reason}
    _give(database, format_, TransferTicket, ticket, window, by, "waits in another queue", **to)


@records
def serve(
    ticket: TicketArgument,
    item: Annotated[str, typer.Option(metavar="ITEM", help="The matter that is done.")],
    window: AtOption,
    by: ByOption,
    case: Annotated[str | None, typer.Option(metavar="CASE", help="The case that the matter is about.")] = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Record that a matter is done; after the last one the visitor leaves."""
    if case is not None:
        with opened(database) as installation:
            known(installation.office.case(case))
    _give(database, format_, ServeMatter, ticket, window, by, f"{item} is done", item_id=item, case_id=case)


@records
def leave(
    ticket: TicketArgument,
    window: AtOption,
    reason: ReasonOption,
    by: ByOption,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Record that the visitor leaves before all matters are done."""
    _give(database, format_, EndService, ticket, window, by, "has left", reason=reason)


def queue(
    hall: HallArgument,
    limit: Annotated[int, typer.Option(min=1, help="At most this many tickets.")] = 50,
    wait_for: WaitForOption = None,
    wait_seconds: WaitSecondsOption = 10.0,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """List the visitors of a hall who are called, waiting or booked, today or later, in the order in which they are called."""
    with opened(database) as installation:
        up_to_date(installation, HallQueue, wait_for, wait_seconds)
        city = installation.office.city()
        zone = city.newest_calendar(hall).zone
        with installation.reading() as connection:
            found = visitors(connection, city, hall, OPEN, installation.now(), limit)
    if format_ is Format.JSON:
        say_json(found)
        return
    rows = [
        {
            "number": each.number,
            "ticket": each.ticket,
            "stand": each.stand,
            "for": each.purpose,
            "matters": each.items,
            "queue": each.department or each.zone,
            "first because": each.favour,
            "since": local(each.since, zone),
            "booked for": each.booked_for and local(each.booked_for, zone),
            "window": each.window,
            "said min": None if each.estimated_s is None else each.estimated_s / 60,
        }
        for each in found
    ]
    say_table(f"queue of hall {hall}", rows, list(rows[0]) if rows else [], "nobody is here")


def show(ticket: TicketArgument, database: DatabaseOption = None, format_: FormatOption = Format.TABLE) -> None:
    """Show the history of a ticket."""
    with opened(database) as installation:
        show_ticket(installation, ticket, format_)


def show_ticket(installation: Installation, ticket: str, format_: Format = Format.TABLE) -> None:
    """The history of a ticket. Raises ``UnknownReference``."""
    state = ticketing.ticket_of(installation, ticket)
    records = installation.office.records(TICKETS + ticket)
    city = installation.office.city()
    assert state.hall is not None
    zone = city.newest_calendar(state.hall).zone
    if format_ is Format.JSON:
        told = transitions(Ticket(ticket_id=ticket), records)
        events = history_events(installation, TICKETS + ticket, told)
        say_json(TicketHistory(ticket=ticket, state=state, events=events))
        return
    rows = [
        {
            "no": each.originator_version,
            f"occurred ({zone.key})": local(stamp(each.act.occurred_at), zone),
            "event": title(each.event.title),
            "words": sentence(each.event, zone),
            "who": f"{each.act.actor.person} ({each.act.actor.role})",
            "window": each.act.actor.window,
        }
        for each in records
    ]
    say_table(f"ticket {ticket}, {state.number or 'booked'}: {state.stand}", rows, list(rows[0]))


def _visit(
    hall: str, zone: ApplicantKind, matters: list[str], purpose: Purpose, department: str | None, favour: Favour | None
) -> TicketRequest:
    return TicketRequest(
        hall=hall, zone=zone, department=department, purpose=purpose, matters=tuple(matters), favour=favour
    )


def _counter(person: str, hall: str | None) -> Actor:
    """Who gives out numbers: the counter at the door, or a machine."""
    return Actor(person=person, role=Role.FRONT_DESK, hall=hall)


def _say_taken(format_: Format, taken: ticketing.Taken) -> None:
    wait = taken.estimate.wait_s
    told = "" if wait is None else f", about {-(-wait // 60)} min"
    said = f"{taken.number}: ticket {taken.ticket}, {taken.estimate.ahead} ahead{told}, recorded at position {taken.position}"
    answer = TicketTaken(
        ticket=taken.ticket,
        number=taken.number,
        position=taken.position,
        ahead=taken.estimate.ahead,
        estimated_s=wait,
        windows=taken.estimate.windows,
    )
    say(format_, said, answer)


def _give(
    database: str | None,
    format_: Format,
    kind: type[Command],
    ticket: str,
    window: str,
    by: str,
    what: str,
    **fields: Any,
) -> None:
    with opened(database) as installation:
        hall = ticketing.ticket_of(installation, ticket).hall
        assert hall is not None
        actor = ticketing.at_window(installation, by, hall, window)
    give(database, format_, "ticket", ticket, what, Asked(kind, actor, {"ticket_id": ticket, **fields}))
