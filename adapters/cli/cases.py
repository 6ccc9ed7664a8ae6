"""``case``: an application on its path (``desk``, ``feedback``), and here what happens beside it: extended, merged, moved ..."""

from collections.abc import Callable
from typing import Annotated, Any

import typer
from msgspec.structs import asdict

from adapters.cli import desk, feedback, finding
from adapters.cli.answers.work import MoveAnswer, MoveAnswers
from adapters.cli.dispatch import (
    Asked,
    ByOption,
    CaseArgument,
    DepartmentOption,
    DocumentOption,
    HashOption,
    ReasonOption,
    SeatWindowOption,
    end_with_refused,
    give,
    give_about,
    hash_of,
    on_sight,
)
from adapters.cli.options import SECONDS_FOR_A_VIEW, DatabaseOption, Format, FormatOption, day, opened, progress_bar
from adapters.cli.output import say_json, say_table
from adapters.cli.recording import records
from domain.application.beside.cancellation import Cancel, CancellationGround
from domain.application.beside.corrections import CorrectClericalError
from domain.application.beside.merging import KeepDuplicate, MergeInto
from domain.application.beside.newer_version import MoveToVersion, what_changes
from domain.application.beside.reopening import FileLateDocument, Reopen
from domain.application.beside.revocation import RevocationGround, Revoke
from domain.application.beside.termination import Terminate, TerminationGround
from domain.application.beside.transfer import Transfer
from domain.application.limits.extension import ExtendLimit, RefuseExtension
from domain.application.path.evaluation import CloseComplaint, ReplyToRating, ReviewRectification, VerifyRating
from domain.application.state import Application
from domain.application.terms import AppealResult, Correctable
from domain.command import Command
from domain.errors import OfficeError
from domain.number_of import number_of
from domain.record import Actor, Role
from projections.views.intake_register import IntakeRegister, under_way_with


def add_to(app: typer.Typer) -> None:
    """Put the commands into the command line."""
    case = typer.Typer(
        help="Cases (办件): from intake to rating, and what happens outside the usual path.", no_args_is_help=True
    )
    case.callback()(on_sight)
    case.command("find")(finding.find_cases)
    desk.add_to(case)
    feedback.add_to(case)
    commands: tuple[Callable[..., None], ...] = (
        extend,
        refuse_extension,
        merge,
        transfer,
        reopen,
        revoke,
        cancel,
        terminate,
        file_document,
        move,
        correct,
        verify,
        close_complaint,
        reply,
        review,
    )
    names = {verify: "rating-verify", close_complaint: "rating-close", reply: "rating-reply", review: "rating-review"}
    for command in commands:
        case.command(names.get(command, command.__name__.replace("_", "-")))(command)
    app.add_typer(case, name="case")


@records
def extend(
    case: CaseArgument,
    notice: Annotated[str, typer.Option(metavar="TEXT", help="What the applicant is told.")],
    by: ByOption,
    department: DepartmentOption = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """As a head who does not handle the case, extend its decision limit, once and before it passes; a package may name the head's department."""
    give(
        database,
        format_,
        "case",
        case,
        "its limit is extended",
        _command(_head(by, department), ExtendLimit, case, notice=notice),
    )


@records
def refuse_extension(
    case: CaseArgument,
    asked_by: Annotated[str, typer.Option(metavar="PERSON", help="The person who asked for it.")],
    reason: ReasonOption,
    by: ByOption,
    department: DepartmentOption = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """As the head who could grant an extension, refuse one that was requested; the history keeps the reason."""
    command = _command(_head(by, department), RefuseExtension, case, asked_by=asked_by, reason=reason)
    give(database, format_, "case", case, "its limit stays as it is", command)


@records
def merge(
    case: CaseArgument,
    into: Annotated[str, typer.Option(metavar="CASE", help="The case that continues.")],
    reason: ReasonOption,
    by: ByOption,
    window: SeatWindowOption = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """End an application that was registered twice; both histories record it."""
    desk = Actor(person=by, role=Role.FRONT_DESK, window=window)
    with opened(database) as installation:
        one, other = installation.office.case(case), installation.office.case(into)
    ending = _command(desk, MergeInto, case, other=into, reason=reason, **_whose(other))
    kept = _command(desk, KeepDuplicate, into, other=case, reason=reason, **_whose(one))
    give(database, format_, "case", case, f"it continues as {into}", ending, kept)


def _whose(case: Application) -> dict[str, Any]:
    """What is compared of an application when another is merged with it."""
    items = tuple(ref.item_id for ref in case.active_items)
    applicant = case.applicant and case.applicant.applicant_id
    return {"other_applicant": applicant, "other_items": items}


@records
def transfer(
    case: CaseArgument,
    hall: Annotated[str, typer.Option(metavar="H", help="The hall that continues with it.")],
    reason: ReasonOption,
    by: ByOption,
    window: SeatWindowOption = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Transfer an application to another hall; its promised limits stay."""
    desk = Actor(person=by, role=Role.FRONT_DESK, window=window)
    give(
        database,
        format_,
        "case",
        case,
        f"it is transferred to hall {hall}",
        _command(desk, Transfer, case, hall=hall, reason=reason),
    )


@records
def reopen(
    case: CaseArgument,
    order: Annotated[str, typer.Option(metavar="TEXT", help="The decision on the appeal (文号).")],
    result: Annotated[AppealResult, typer.Option(help="The result of the appeal.")],
    reason: ReasonOption,
    by: ByOption,
    item: Annotated[
        list[str] | None, typer.Option(metavar="ITEM", help="Only this part of it; may be given several times.")
    ] = None,
    accept_by: Annotated[
        str | None,
        typer.Option(metavar="DAY", help="The day by which the appeal orders a new decision on acceptance."),
    ] = None,
    department: DepartmentOption = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """As a head of the lead department, reopen a case after an appeal: decided, not accepted, or sent back after a limit lapsed."""
    about = {"order": order, "reason": reason, "items": tuple(item) if item else None, "result": result}
    command = _command(_head(by, department), Reopen, case, **about, accept_by=day(accept_by, "--accept-by"))
    what = "it is reopened for its departments" if accept_by is None else "its acceptance is decided anew"
    give(database, format_, "case", case, what, command)


@records
def revoke(
    case: CaseArgument,
    ground: Annotated[RevocationGround, typer.Option(help="Article 69 (撤销), or article 8 (撤回).")],
    reason: ReasonOption,
    legal_basis: Annotated[str, typer.Option(metavar="TEXT", help="The article that it rests on.")],
    order: Annotated[str, typer.Option(metavar="TEXT", help="The order that revokes it (文号).")],
    remedies: Annotated[str, typer.Option(metavar="TEXT", help="The remedies against the revocation.")],
    by: ByOption,
    told_on: Annotated[
        str | None,
        typer.Option(metavar="DAY", help="The day on which the holder was told in writing that it might be revoked."),
    ] = None,
    statement: Annotated[
        str | None, typer.Option(metavar="SHA256", help="The SHA-256 of the holder's statement.")
    ] = None,
    department: DepartmentOption = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """As a head of the lead department, revoke a grant (撤销许可); nothing else undoes a grant."""
    fields = {"ground": ground, "reasons": reason, "legal_basis": legal_basis, "order": order, "remedies": remedies}
    heard = {"told_on": day(told_on, "--told-on"), "statement": statement}
    command = _command(_head(by, department), Revoke, case, **fields, **heard)
    give(database, format_, "case", case, "its grant is revoked", command)


@records
def cancel(
    case: CaseArgument,
    ground: Annotated[CancellationGround, typer.Option(help="The ground in article 70 (1) to (6).")],
    reason: ReasonOption,
    legal_basis: Annotated[str, typer.Option(metavar="TEXT", help="The article that it rests on.")],
    order: Annotated[str, typer.Option(metavar="TEXT", help="The order that cancels it (文号).")],
    by: ByOption,
    content_hash: HashOption = None,
    file: DocumentOption = None,
    department: DepartmentOption = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """As a head of the lead department, cancel a licence that was handed over (注销许可); its decision and rating stay."""
    fields = {"ground": ground, "reasons": reason, "legal_basis": legal_basis, "order": order}
    command = _command(_head(by, department), Cancel, case, **fields, content_hash=hash_of(content_hash, file))
    give(database, format_, "case", case, "its licence is cancelled", command)


@records
def terminate(
    case: CaseArgument,
    ground: Annotated[TerminationGround, typer.Option(help="Why it cannot be continued.")],
    reason: ReasonOption,
    legal_basis: Annotated[str, typer.Option(metavar="TEXT", help="The article that it rests on.")],
    by: ByOption,
    department: DepartmentOption = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """As a head of the lead department, end an application that cannot be continued (终止办理)."""
    fields = {"ground": ground, "reasons": reason, "legal_basis": legal_basis}
    command = _command(_head(by, department), Terminate, case, **fields)
    give(database, format_, "case", case, "it is terminated", command)


@records
def file_document(
    case: CaseArgument,
    what: Annotated[str, typer.Option(metavar="TEXT", help="The name of the document.")],
    by: ByOption,
    content_hash: HashOption = None,
    file: DocumentOption = None,
    window: SeatWindowOption = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """File a document that came after the case ended; it changes no decision."""
    desk = Actor(person=by, role=Role.FRONT_DESK, window=window)
    command = _command(desk, FileLateDocument, case, content_hash=hash_of(content_hash, file), what=what)
    give(database, format_, "case", case, "the document is in the file", command)


@records
def move(
    item: Annotated[str, typer.Argument(metavar="ITEM", help="The service item.")],
    to: Annotated[int, typer.Option(metavar="N", min=1, help="The newer version.")],
    reason: ReasonOption,
    by: ByOption,
    case: Annotated[
        list[str] | None, typer.Option(metavar="CASE", help="Move only these cases; otherwise all cases under way.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")] = False,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Move running applications to a newer version of an item, one by one; use --dry-run first. Exit 8 if one was refused, 9 if all were."""
    operator = Actor(person=by, role=Role.OPERATOR)
    answers: list[MoveAnswer] = []
    with opened(database) as installation, progress_bar("moving") as progress:
        installation.caught_up(IntakeRegister(), SECONDS_FOR_A_VIEW)
        city = installation.office.city()
        city.item(item).at(to)
        with installation.reading() as connection:
            cases = case or under_way_with(connection, item)
        for number, case_id in enumerate(cases, start=1):
            state = installation.office.case(case_id)
            if any(ref.item_id == item and ref.version < to for ref in state.items):
                changes, answer = list(what_changes(state, city, item, to)), "would move"
                if not dry_run:
                    asked = _command(operator, MoveToVersion, case_id, item_id=item, version=to, reason=reason)
                    answer = _answer(installation.office.execute, asked.command(installation, part=case_id))
                answers.append(MoveAnswer(case=case_id, status=state.status.value, changes=changes, answer=answer))
            progress(number, len(cases))
    refused = sum(each.answer not in ("moved", "would move") for each in answers)
    if format_ is Format.JSON:
        say_json(MoveAnswers(cases=answers, refused=refused))
    else:
        columns = ["case", "status", "changes", "answer"]
        rows = [{**asdict(each), "changes": "; ".join(each.changes)} for each in answers]
        say_table(
            f"{number_of(len(rows), 'case')} of {item} to version {to}, {refused} refused",
            rows,
            columns,
            "none under way",
        )
    end_with_refused(refused, len(answers))


@records
def correct(
    case: CaseArgument,
    event: Annotated[int, typer.Option(min=1, metavar="N", help="The event that is wrong, as `history` numbers it.")],
    correction: Annotated[str, typer.Option(metavar="TEXT", help="The correct content, in words.")],
    confirmed_by: Annotated[str, typer.Option(metavar="PERSON", help="The second person, who confirms it.")],
    reason: ReasonOption,
    by: ByOption,
    field: Annotated[
        Correctable | None, typer.Option(help="The field to correct; reports then use the corrected value.")
    ] = None,
    value: Annotated[str | None, typer.Option(metavar="VALUE", help="The correct value of the field.")] = None,
    window: SeatWindowOption = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Correct a clerical error in an event; the event itself stays, and a second person confirms the correction."""
    fields = {"corrects": event, "correction": correction, "confirmed_by": confirmed_by, "reason": reason}
    clerk = Actor(person=by, role=Role.FRONT_DESK, window=window)
    what = f"event {event} is corrected"
    give_about(database, format_, clerk, CorrectClericalError, case, what, **fields, field=field, value=value)


@records
def verify(
    case: CaseArgument,
    founded: Annotated[bool, typer.Option("--founded/--unfounded", help="Whether there is something to fix.")],
    finding: Annotated[str, typer.Option(metavar="TEXT", help="What was found.")],
    by: ByOption,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """As a head who did not serve in the case, record whether a bad rating is founded."""
    command = _command(_head(by), VerifyRating, case, founded=founded, finding=finding)
    give(database, format_, "case", case, "the rating is verified", command)


@records
def close_complaint(
    case: CaseArgument,
    reply: Annotated[str, typer.Option(metavar="TEXT", help="What the applicant was told.")],
    by: ByOption,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """As a head who did not serve in the case, close a complaint that was verified as unfounded."""
    command = _command(_head(by), CloseComplaint, case, reply=reply)
    give(database, format_, "case", case, "the complaint is closed", command)


@records
def reply(
    case: CaseArgument,
    measures: Annotated[str, typer.Option(metavar="TEXT", help="What was fixed.")],
    answer: Annotated[str, typer.Option("--reply", metavar="TEXT", help="What the applicant was told.")],
    by: ByOption,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Reply to a bad rating that was verified."""
    command = _command(_head(by), ReplyToRating, case, measures=measures, reply=answer)
    give(database, format_, "case", case, "the reply to the rating is recorded", command)


@records
def review(
    case: CaseArgument,
    satisfied: Annotated[bool, typer.Option("--satisfied/--unsatisfied", help="The new grade of the applicant.")],
    note: Annotated[str, typer.Option(metavar="TEXT", help="What the applicant said.")],
    by: ByOption,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Record that the applicant was called back; another person than the one who replied does this."""
    command = _command(_head(by), ReviewRectification, case, satisfied=satisfied, note=note)
    give(database, format_, "case", case, "the applicant was called back", command)


def _head(person: str, department: str | None = None) -> Actor:
    return Actor(person=person, role=Role.HEAD, department=department)


def _command(actor: Actor, kind: type[Command], case: str, **fields: Any) -> Asked:
    return Asked(kind, actor, {"case_id": case, **fields})


def _answer(execute: Callable[[Command], object], command: Command) -> str:
    try:
        execute(command)
    except OfficeError as refusal:
        return str(refusal)
    return "moved"
