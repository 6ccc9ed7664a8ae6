"""``case``: from the decision on, made ready, handed over at a window, by post or online, and rated."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

import typer

from adapters.cli.answers.receipts import HandedOver
from adapters.cli.dispatch import (
    Asked,
    ByOption,
    CaseArgument,
    DepartmentOption,
    DocumentOption,
    HashOption,
    SeatHallOption,
    SeatWindowOption,
    give,
    give_about,
    hash_of,
    not_on_the_command_line,
    reviewer,
)
from adapters.cli.options import DatabaseOption, Format, FormatOption, WrongInput, opened
from adapters.cli.recording import chosen_id, records
from adapters.services.envelope import Envelope
from adapters.services.rating_codes import kept_of, new_code
from domain.application.path.decision import Decide, MakeResultReady
from domain.application.path.evaluation import Evaluate
from domain.application.path.feedback import (
    Delivery,
    Failure,
    IssueResult,
    ItemIssued,
    Receiver,
    RecordFailure,
    ResultIssued,
)
from domain.application.path.rating_code import digest_of
from domain.application.terms import Outcome
from domain.history import APPLICATIONS
from domain.record import ANONYMOUS, Actor, Role

ItemOption = Annotated[
    str | None,
    typer.Option(
        "--item",
        metavar="ITEM",
        help="Only this item: where items have no package, or the package hands over each result separately.",
    ),
]
"""One item of several."""


def add_to(case: typer.Typer) -> None:
    """Put the commands into ``case``."""
    commands: tuple[Callable[..., None], ...] = (decide, result_ready, hand_over, hand_over_failed, rate)
    for command in commands:
        case.command(command.__name__.replace("_", "-"))(command)


@records
def decide(
    case: CaseArgument,
    outcome: Annotated[Outcome, typer.Option(help="The decision.")],
    by: ByOption,
    reasons: Annotated[str | None, typer.Option(metavar="TEXT", help="The reasons of a refusal.")] = None,
    legal_basis: Annotated[str | None, typer.Option(metavar="TEXT", help="The legal basis of a refusal.")] = None,
    remedies: Annotated[str | None, typer.Option(metavar="TEXT", help="The remedies against a refusal.")] = None,
    item: ItemOption = None,
    department: DepartmentOption = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """As the lead department, decide on an application after every department has answered."""
    fields = {"outcome": outcome, "reasons": reasons, "legal_basis": legal_basis, "remedies": remedies, "item_id": item}
    give_about(database, format_, reviewer(by, department), Decide, case, f"{item or 'it'} is {outcome}", **fields)


@records
def result_ready(
    case: CaseArgument,
    by: ByOption,
    content_hash: HashOption = None,
    file: DocumentOption = None,
    item: ItemOption = None,
    department: DepartmentOption = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Make the result ready to be handed over."""
    fields = {"content_hash": hash_of(content_hash, file), "item_id": item}
    what = f"the result{_of(item)} is ready"
    give_about(database, format_, reviewer(by, department), MakeResultReady, case, what, **fields)


def _of(item: str | None) -> str:
    return "" if item is None else f" of {item}"


@records
def hand_over(
    case: CaseArgument,
    by: ByOption,
    delivery: Annotated[Delivery, typer.Option(help="How it reaches the applicant.")] = Delivery.WINDOW,
    window: Annotated[str | None, typer.Option(metavar="W", help="The window, if it is handed over at one.")] = None,
    receiver: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT",
            help="The name of the person who collects it; it is sealed. `-` reads it from standard input.",
        ),
    ] = None,
    taken_by: Annotated[Receiver | None, typer.Option(help="Whether the applicant or a proxy collects it.")] = None,
    identity_checked: Annotated[
        bool, typer.Option("--identity-checked", help="The person's identity was checked.")
    ] = False,
    mandate: Annotated[
        str | None, typer.Option(metavar="SHA256", help="The SHA-256 of a proxy's mandate, in hex.")
    ] = None,
    tracking: Annotated[str | None, typer.Option(metavar="NUMBER", help="The tracking number of the post.")] = None,
    item: ItemOption = None,
    hall: SeatHallOption = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Hand the result over; the answer shows the code for its rating, this one time only."""
    code = new_code()
    before = _kept_before(database, case)
    fields: dict[str, Any] = {
        "delivery": delivery,
        "window": window if delivery is Delivery.WINDOW else None,
        "receiver": not_on_the_command_line(receiver, "receiver"),
        "taken_by": taken_by,
        "identity_checked": identity_checked,
        "mandate": mandate,
        "tracking": tracking,
        "rating_code": before or kept_of(case, code),
        "item_id": item,
    }
    issuer = Actor(person=by, role=Role.ISSUER, hall=hall, window=window)
    shown = (
        "the code for its rating, which was shown before"
        if before
        else f"the code {code} for its rating, shown only this time"
    )
    what = f"the result{_of(item)} is handed over with {shown}"
    asked = Asked(IssueResult, issuer, {"case_id": case, **fields})
    give(
        database, format_, "case", case, what, asked, receipt=partial(HandedOver, rating_code=None if before else code)
    )


def _kept_before(database: str | None, case: str) -> str | None:
    """What is kept of the code that the same command gave out before; None where it is new."""
    if chosen_id() is None:
        return None
    with opened(database) as installation:
        given = Envelope(chosen_id())
        whole = given.first_event(installation, ResultIssued)
        part = given.first_event(installation, ItemIssued)
    if whole is not None and whole[0] == APPLICATIONS + case:
        return whole[1].rating_code
    return part[1].rating_code if part is not None and part[0] == APPLICATIONS + case else None


@records
def hand_over_failed(
    case: CaseArgument,
    delivery: Annotated[Delivery, typer.Option(help="The way in which it should have reached the applicant.")],
    failure: Annotated[Failure, typer.Option(help="Why it failed.")],
    by: ByOption,
    note: Annotated[str | None, typer.Option(metavar="TEXT", help="More about it.")] = None,
    item: ItemOption = None,
    hall: SeatHallOption = None,
    window: SeatWindowOption = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Record that the result could not be handed over; it stays ready."""
    fields = {"delivery": delivery, "failure": failure, "note": note, "item_id": item}
    issuer = Actor(person=by, role=Role.ISSUER, hall=hall, window=window)
    give_about(database, format_, issuer, RecordFailure, case, "the result stays ready", **fields)


@records
def rate(
    case: CaseArgument,
    grade: Annotated[int, typer.Option(metavar="1..5", help="5 is very satisfied, 1 is very dissatisfied.")],
    by: Annotated[str | None, typer.Option(metavar="PERSON", help="The applicant's number, never a name.")] = None,
    anonymous: Annotated[
        bool, typer.Option("--anonymous", help="Rate without naming the person, instead of --by.")
    ] = False,
    code: Annotated[
        str | None,
        typer.Option(
            metavar="CODE",
            help="The code that came with the result. `-` reads it from standard input, before a comment.",
        ),
    ] = None,
    tag: Annotated[
        list[str] | None, typer.Option(metavar="WORD", help="What was good or bad; may be given several times.")
    ] = None,
    comment: Annotated[
        str | None, typer.Option(metavar="TEXT", help="It is sealed. `-` reads it from standard input.")
    ] = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """As the applicant, rate the service with the code that came with the result. The two lowest grades are investigated."""
    if (by is None) is not anonymous:
        raise WrongInput("give either --by PERSON or --anonymous")
    applicant = Actor(person=by or ANONYMOUS, role=Role.APPLICANT)
    typed = not_on_the_command_line(code, "code")
    fields: dict[str, Any] = {
        "grade": grade,
        "code": None if typed is None else digest_of(case, typed),
        "tags": tuple(tag or ()),
        "comment": not_on_the_command_line(comment, "comment"),
        "anonymous": anonymous,
    }
    give_about(database, format_, applicant, Evaluate, case, f"it is rated {grade}", **fields)
