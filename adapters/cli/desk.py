"""``case``: what is done at the front desk, from the intake of an application to its acceptance."""

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any

import typer

from adapters.cli.giving import (
    ByOption,
    CaseArgument,
    HashOption,
    ReasonOption,
    SeatHallOption,
    SeatWindowOption,
    give_about,
)
from adapters.cli.options import DatabaseOption, Format, FormatOption, day
from domain.application.beside.withdrawal import Withdraw, WithdrawPart
from domain.application.path.acceptance import Accept, RefuseAcceptance
from domain.application.path.intake import RegisterIntake
from domain.application.path.materials import CheckMaterial, GiveNotice, SubmitMaterial
from domain.application.state import Channel, Verdict
from domain.people.applicant import Applicant
from domain.people.applicant_kind import ApplicantKind
from domain.record import Actor, Role

MaterialArgument = Annotated[str, typer.Argument(metavar="MATERIAL", help="The material, as the catalogue names it.")]


class Capacity(StrEnum):
    """In which capacity somebody does what the front desk and applicants may."""

    FRONT_DESK = "front_desk"
    APPLICANT = "applicant"


CapacityOption = Annotated[Capacity, typer.Option("--as", help="In which capacity.")]


def add_to(case: typer.Typer) -> None:
    """Put the commands into ``case``."""
    commands: tuple[Callable[..., None], ...] = (
        intake, submit, check, notice, accept, refuse_acceptance, withdraw,
    )  # fmt: skip
    for command in commands:
        case.command(command.__name__.replace("_", "-"))(command)


def intake(
    case: Annotated[str, typer.Argument(metavar="CASE", help="The number that the case gets.")],
    hall: Annotated[str, typer.Option(metavar="H", help="The hall that takes it.")],
    applicant: Annotated[str, typer.Option(metavar="PERSON", help="The applicant's number, never a name.")],
    kind: Annotated[ApplicantKind, typer.Option(help="A natural or a legal person.")],
    name: Annotated[str, typer.Option(metavar="TEXT", help="The applicant's name; it is sealed.")],
    by: ByOption,
    item: Annotated[list[str] | None, typer.Option(metavar="ITEM", help="A service item; may come repeatedly.")] = None,
    package: Annotated[str | None, typer.Option(metavar="P", help="A package, instead of items.")] = None,
    condition: Annotated[
        list[str] | None, typer.Option(metavar="C", help="What the case meets, for a package; may come repeatedly.")
    ] = None,
    channel: Annotated[Channel, typer.Option(help="How it comes in.")] = Channel.WINDOW,
    window: Annotated[str | None, typer.Option(metavar="W", help="The window, where it comes in at one.")] = None,
    identity_number: Annotated[str | None, typer.Option(metavar="TEXT", help="It is sealed.")] = None,
    phone: Annotated[str | None, typer.Option(metavar="TEXT", help="It is sealed.")] = None,
    address: Annotated[str | None, typer.Option(metavar="TEXT", help="It is sealed.")] = None,
    as_: CapacityOption = Capacity.FRONT_DESK,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Receive an application for service items or a package."""
    who = Applicant(
        applicant_id=applicant, kind=kind, name=name, identity_number=identity_number, phone=phone, address=address
    )
    fields: dict[str, Any] = {
        "items": tuple(item or ()),
        "package": package,
        "conditions": tuple(condition or ()),
        "channel": channel,
        "hall": hall,
        "window": window,
        "applicant": who,
    }
    give_about(
        database, format_, _actor(by, hall, window, as_), RegisterIntake, case, "the application is in", **fields
    )


def submit(
    case: CaseArgument,
    material: MaterialArgument,
    content_hash: HashOption,
    by: ByOption,
    as_: CapacityOption = Capacity.FRONT_DESK,
    hall: SeatHallOption = None,
    window: SeatWindowOption = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Hand in a material."""
    fields = {"material_id": material, "content_hash": content_hash}
    actor = _actor(by, hall, window, as_)
    give_about(database, format_, actor, SubmitMaterial, case, f"{material} is handed in", **fields)


def check(
    case: CaseArgument,
    material: MaterialArgument,
    verdict: Annotated[Verdict, typer.Option(help="What the check found.")],
    by: ByOption,
    reason: Annotated[str | None, typer.Option(metavar="TEXT", help="Why it is defective or waived.")] = None,
    promised_by: Annotated[str | None, typer.Option(metavar="DAY", help="Until when a deferred one comes.")] = None,
    hall: SeatHallOption = None,
    window: SeatWindowOption = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Give the verdict on a material."""
    fields = {
        "material_id": material,
        "verdict": verdict,
        "reason": reason,
        "promised_by": day(promised_by, "--promised-by"),
    }
    give_about(database, format_, _actor(by, hall, window), CheckMaterial, case, f"{material} is {verdict}", **fields)


def notice(
    case: CaseArgument,
    by: ByOption,
    hall: SeatHallOption = None,
    window: SeatWindowOption = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Give the one notice of everything that is missing or defective."""
    give_about(database, format_, _actor(by, hall, window), GiveNotice, case, "the applicant has the one notice")


def accept(
    case: CaseArgument,
    by: ByOption,
    hall: SeatHallOption = None,
    window: SeatWindowOption = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Accept an application: here the clock of the decision starts."""
    give_about(database, format_, _actor(by, hall, window), Accept, case, "it is accepted")


def refuse_acceptance(
    case: CaseArgument,
    reasons: Annotated[str, typer.Option(metavar="TEXT", help="Why.")],
    legal_basis: Annotated[str, typer.Option(metavar="TEXT", help="By which article.")],
    by: ByOption,
    material: Annotated[
        list[str] | None, typer.Option(metavar="MATERIAL", help="What was noticed and did not come.")
    ] = None,
    hall: SeatHallOption = None,
    window: SeatWindowOption = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Refuse to accept an application."""
    fields = {"materials": tuple(material or ()), "reasons": reasons, "legal_basis": legal_basis}
    give_about(database, format_, _actor(by, hall, window), RefuseAcceptance, case, "it is not accepted", **fields)


def withdraw(
    case: CaseArgument,
    reason: ReasonOption,
    by: ByOption,
    part: Annotated[str | None, typer.Option(metavar="ITEM", help="Only this part of it.")] = None,
    as_: CapacityOption = Capacity.FRONT_DESK,
    hall: SeatHallOption = None,
    window: SeatWindowOption = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Take an application back before it is decided, or do without a part of it."""
    kind, fields = (Withdraw, {}) if part is None else (WithdrawPart, {"item_id": part})
    actor = _actor(by, hall, window, as_)
    give_about(database, format_, actor, kind, case, f"{part or 'it'} is withdrawn", reason=reason, **fields)


def _actor(by: str, hall: str | None, window: str | None, as_: Capacity = Capacity.FRONT_DESK) -> Actor:
    """Who acts: at the front desk where they sit, as an applicant nowhere."""
    if as_ is Capacity.APPLICANT:
        return Actor(person=by, role=Role.APPLICANT)
    return Actor(person=by, role=Role.FRONT_DESK, hall=hall, window=window)
