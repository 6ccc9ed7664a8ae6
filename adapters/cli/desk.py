"""``case``: what is done at the front desk, from the intake of an application to its acceptance."""

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any

import typer

from adapters.cli.answers.receipts import Received
from adapters.cli.dispatch import (
    SEEN,
    ByOption,
    CaseArgument,
    DocumentOption,
    HashOption,
    ReasonOption,
    SeatHallOption,
    SeatWindowOption,
    give_about,
    hash_of,
    not_on_the_command_line,
)
from adapters.cli.options import DatabaseOption, Format, FormatOption, day, opened
from adapters.cli.output import say
from adapters.cli.recording import envelope, records
from adapters.services.alike import received_alike
from adapters.services.applicant_numbers import new_applicant_number
from adapters.services.intake import applicant_of_before, register
from domain.application.beside.claiming import ClaimIntake
from domain.application.beside.withdrawal import Withdraw, WithdrawPart
from domain.application.path.acceptance import Accept, RefuseAcceptance
from domain.application.path.materials import CheckMaterial, GiveNotice, SubmitMaterial
from domain.application.terms import Channel, Defect, NotAccepted, Verdict
from domain.people.applicant import Applicant
from domain.people.applicant_kind import ApplicantKind
from domain.record import Actor, Role

MaterialArgument = Annotated[str, typer.Argument(metavar="MATERIAL", help="The material, as the catalogue names it.")]


FROM_INPUT = "`-` reads it from standard input, which keeps it out of the shell's history."
SEALED = f"It is sealed. {FROM_INPUT}"


class Capacity(StrEnum):
    """In which capacity somebody does what the front desk and applicants may."""

    FRONT_DESK = "front_desk"
    APPLICANT = "applicant"


CapacityOption = Annotated[Capacity, typer.Option("--as", help="The capacity in which the person acts.")]


def add_to(case: typer.Typer) -> None:
    """Put the commands into ``case``."""
    commands: tuple[Callable[..., None], ...] = (
        intake, claim, submit, check, notice, accept, refuse_acceptance, withdraw,
    )  # fmt: skip
    for command in commands:
        case.command(command.__name__.replace("_", "-"))(command)


@records
def intake(
    hall: Annotated[str, typer.Option(metavar="H", help="The hall that takes it.")],
    kind: Annotated[ApplicantKind, typer.Option(help="A natural or a legal person.")],
    name: Annotated[str, typer.Option(metavar="TEXT", help=f"The applicant's name; it is sealed. {FROM_INPUT}")],
    by: ByOption,
    case: Annotated[
        str | None,
        typer.Argument(metavar="[CASE]", help="The number of the case.", show_default="the next of the hall's day"),
    ] = None,
    applicant: Annotated[
        str | None, typer.Option(metavar="PERSON", help="The applicant's number.", show_default="a new one")
    ] = None,
    item: Annotated[
        list[str] | None, typer.Option(metavar="ITEM", help="A service item; may be given several times.")
    ] = None,
    package: Annotated[str | None, typer.Option(metavar="P", help="A package, instead of items.")] = None,
    condition: Annotated[
        list[str] | None,
        typer.Option(metavar="C", help="A condition that the case meets, for a package; may be given several times."),
    ] = None,
    channel: Annotated[Channel, typer.Option(help="The channel through which it comes in.")] = Channel.WINDOW,
    window: Annotated[str | None, typer.Option(metavar="W", help="The window, if it comes in at one.")] = None,
    identity_number: Annotated[str | None, typer.Option(metavar="TEXT", help=SEALED)] = None,
    phone: Annotated[str | None, typer.Option(metavar="TEXT", help=SEALED)] = None,
    address: Annotated[str | None, typer.Option(metavar="TEXT", help=SEALED)] = None,
    as_: CapacityOption = Capacity.FRONT_DESK,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Receive an application for service items or a package; the case gets a number, and so does an applicant who has none.

    Values given as `-` are read from standard input, one line each, in this order: name, identity number, phone, address.
    """
    actor = _actor(by, hall, window, as_)
    person = applicant if applicant is not None else by if as_ is Capacity.APPLICANT else new_applicant_number()
    who = Applicant(
        applicant_id=person,
        kind=kind,
        name=not_on_the_command_line(name, "name") or name,
        identity_number=not_on_the_command_line(identity_number, "identity number"),
        phone=not_on_the_command_line(phone, "phone"),
        address=not_on_the_command_line(address, "address"),
    )
    fields: dict[str, Any] = {
        "items": tuple(item or ()),
        "package": package,
        "conditions": tuple(condition or ()),
        "channel": channel,
        "hall": hall,
        "window": window,
    }
    with opened(database) as installation:
        stamped = envelope(installation)
        if applicant is None and (before := applicant_of_before(installation, stamped)) is not None:
            who = who.model_copy(update={"applicant_id": before})
        done = register(installation, actor, case, SEEN.get(), stamped, applicant=who, **fields)
        received = installation.office.case(done.case)
        others = [each.case_id for each in received_alike(installation, received)]
    items = [ref.item_id for ref in received.active_items]
    sentence = f"case {done.case}: the application of {done.applicant} for {', '.join(items)} is received, recorded at position {done.position}"
    if others:
        sentence += f"\nnote: the same applicant, or one of the same name, applied for the same items here today: {', '.join(others)}; if this is the same application, withdraw it with `onewindow case withdraw {done.case}`"
    say(
        format_,
        sentence,
        Received(case=done.case, applicant=done.applicant, items=items, position=done.position, alike=others),
    )


@records
def claim(
    case: CaseArgument,
    by: ByOption,
    hall: SeatHallOption = None,
    window: SeatWindowOption = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Claim a case from the hall's list (`onewindow intake`); your window handles it from now on."""
    what = f"{by} has it in hand" if window is None else f"window {window} has it in hand"
    give_about(database, format_, _actor(by, hall, window), ClaimIntake, case, what)


@records
def submit(
    case: CaseArgument,
    material: MaterialArgument,
    by: ByOption,
    content_hash: HashOption = None,
    file: DocumentOption = None,
    as_: CapacityOption = Capacity.FRONT_DESK,
    hall: SeatHallOption = None,
    window: SeatWindowOption = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Hand in a material."""
    fields = {"material_id": material, "content_hash": hash_of(content_hash, file)}
    actor = _actor(by, hall, window, as_)
    give_about(database, format_, actor, SubmitMaterial, case, f"{material} is handed in", **fields)


@records
def check(
    case: CaseArgument,
    material: MaterialArgument,
    verdict: Annotated[Verdict, typer.Option(help="What the check found.")],
    by: ByOption,
    reason: Annotated[
        str | None, typer.Option(metavar="TEXT", help="The reason why it is defective or waived.")
    ] = None,
    promised_by: Annotated[
        str | None, typer.Option(metavar="DAY", help="The day by which a deferred material is to be handed in.")
    ] = None,
    defect: Annotated[Defect | None, typer.Option(help="The kind of a defect.", show_default="other")] = None,
    commitment: Annotated[
        str | None,
        typer.Option(
            metavar="SHA256", help="The SHA-256 of the commitment to a deferred material that the applicant signed."
        ),
    ] = None,
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
        "defect": defect,
        "commitment": commitment,
    }
    give_about(database, format_, _actor(by, hall, window), CheckMaterial, case, f"{material} is {verdict}", **fields)


@records
def notice(
    case: CaseArgument,
    by: ByOption,
    hall: SeatHallOption = None,
    window: SeatWindowOption = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Give the one-time notice of everything that is missing or defective."""
    give_about(database, format_, _actor(by, hall, window), GiveNotice, case, "the one-time notice is given")


@records
def accept(
    case: CaseArgument,
    by: ByOption,
    hall: SeatHallOption = None,
    window: SeatWindowOption = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Accept an application; the clock of the decision starts now."""
    give_about(database, format_, _actor(by, hall, window), Accept, case, "it is accepted")


@records
def refuse_acceptance(
    case: CaseArgument,
    reasons: Annotated[str, typer.Option(metavar="TEXT", help="The reason.")],
    legal_basis: Annotated[str, typer.Option(metavar="TEXT", help="The article that the refusal rests on.")],
    remedies: Annotated[str, typer.Option(metavar="TEXT", help="The remedies against the refusal.")],
    by: ByOption,
    content_hash: HashOption = None,
    file: DocumentOption = None,
    material: Annotated[
        list[str] | None,
        typer.Option(
            metavar="MATERIAL", help="A material that the notice asked for and the applicant did not hand in."
        ),
    ] = None,
    ground: Annotated[
        NotAccepted | None,
        typer.Option(help="The ground in article 32 (1) (2) (4).", show_default="incomplete, if materials are named"),
    ] = None,
    competent_office: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="The office to apply to instead, if this office has no power to decide."),
    ] = None,
    item: Annotated[
        str | None,
        typer.Option(metavar="ITEM", help="Only this item, where the items of a case are decided separately."),
    ] = None,
    hall: SeatHallOption = None,
    window: SeatWindowOption = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Refuse to accept an application; deliver the written decision with `case hand-over` afterwards."""
    fields = {
        "materials": tuple(material or ()),
        "reasons": reasons,
        "legal_basis": legal_basis,
        "ground": ground,
        "competent_office": competent_office,
        "remedies": remedies,
        "content_hash": hash_of(content_hash, file),
        "item_id": item,
    }
    what = f"{item or 'it'} is not accepted; the written decision waits to be handed over"
    give_about(database, format_, _actor(by, hall, window), RefuseAcceptance, case, what, **fields)


@records
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
    """Withdraw an application before it is decided, or only a part of it."""
    kind, fields = (Withdraw, {}) if part is None else (WithdrawPart, {"item_id": part})
    actor = _actor(by, hall, window, as_)
    give_about(database, format_, actor, kind, case, f"{part or 'it'} is withdrawn", reason=reason, **fields)


def _actor(by: str, hall: str | None, window: str | None, as_: Capacity = Capacity.FRONT_DESK) -> Actor:
    """Who acts: at the front desk where they sit, as an applicant nowhere."""
    if as_ is Capacity.APPLICANT:
        return Actor(person=by, role=Role.APPLICANT)
    return Actor(person=by, role=Role.FRONT_DESK, hall=hall, window=window)
