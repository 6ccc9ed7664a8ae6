"""``task``: what people of a department do with their tasks, one by one or many that are alike."""

from collections.abc import Callable
from typing import Annotated

import typer
from msgspec.structs import asdict

from adapters.cli.answers.work import TaskAnswer, TaskAnswers
from adapters.cli.dispatch import (
    Asked,
    ByOption,
    CaseArgument,
    DepartmentOption,
    ReasonOption,
    SeatWindowOption,
    end_with_refused,
    give_about,
    on_sight,
    reviewer,
)
from adapters.cli.options import SECONDS_FOR_A_VIEW, DatabaseOption, Format, FormatOption, day, moment_for, opened
from adapters.cli.output import say_json, say_table
from adapters.cli.recording import chosen_id, records
from adapters.services.envelope import Envelope
from domain.application.beside.assignment import DelegateTask, ReassignTask, SnoozeTask
from domain.application.beside.questions import AnswerQuestion, AskQuestion
from domain.application.limits.suspension import ResumeClock, StopClock
from domain.application.path.approvals import ApproveTask, ClaimTask, RefuseTask, ReleaseTask, ReturnTask
from domain.application.terms import Ground, TaskStatus
from domain.errors import OfficeError
from domain.number_of import number_of
from domain.record import Actor, Role
from projections.lists.queue import Filter, Show
from projections.lists.queue import queue as queue_of
from projections.views.open_work import OpenWork
from projections.views.work import WaitsFor

TaskArgument = Annotated[str, typer.Argument(metavar="TASK", help="The task, as the queue names it.")]
SuspensionArgument = Annotated[str, typer.Argument(metavar="PROCEDURE", help="A name for it, for example `hearing-1`.")]
ToOption = Annotated[str, typer.Option("--to", metavar="PERSON", help="The person who gets it, by number.")]


def add_to(app: typer.Typer) -> None:
    """Put the commands into the command line."""
    task = typer.Typer(
        help="A department's part of a case (部门审批): claim, release, delegate, put aside, ask, approve, refuse and return.",
        no_args_is_help=True,
    )
    task.callback()(on_sight)
    commands: tuple[Callable[..., None], ...] = (
        claim, release, delegate, reassign, snooze, ask, answer, approve, refuse, return_, approve_alike,
        stop_clock, resume_clock,
    )  # fmt: skip
    for command in commands:
        task.command(command.__name__.strip("_").replace("_", "-"))(command)
    app.add_typer(task, name="task")


@records
def claim(
    case: CaseArgument,
    task: TaskArgument,
    by: ByOption,
    department: DepartmentOption = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Take an open task of your department."""
    give_about(database, format_, reviewer(by, department), ClaimTask, case, f"{by} holds {task}", task_id=task)


@records
def release(
    case: CaseArgument,
    task: TaskArgument,
    by: ByOption,
    reason: Annotated[str | None, typer.Option(metavar="TEXT", help="The reason.")] = None,
    department: DepartmentOption = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Give your task back to the department's queue."""
    fields = {"task_id": task, "reason": reason}
    give_about(database, format_, reviewer(by, department), ReleaseTask, case, f"nobody holds {task}", **fields)


@records
def delegate(
    case: CaseArgument,
    task: TaskArgument,
    to: ToOption,
    by: ByOption,
    reason: Annotated[str | None, typer.Option(metavar="TEXT", help="The reason.")] = None,
    department: DepartmentOption = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Give your task to a colleague."""
    fields = {"task_id": task, "to": to, "reason": reason}
    give_about(database, format_, reviewer(by, department), DelegateTask, case, f"{to} holds {task}", **fields)


@records
def reassign(
    case: CaseArgument,
    task: TaskArgument,
    to: ToOption,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="The reason.")],
    by: ByOption,
    department: DepartmentOption = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """As the head of a department, give one of its tasks to another person, whoever holds it now."""
    head = Actor(person=by, role=Role.HEAD, department=department)
    fields = {"task_id": task, "to": to, "reason": reason}
    give_about(database, format_, head, ReassignTask, case, f"{to} holds {task}", **fields)


@records
def snooze(
    case: CaseArgument,
    task: TaskArgument,
    until: Annotated[str, typer.Option(metavar="TIME", help="When the task comes back to the queue.")],
    by: ByOption,
    department: DepartmentOption = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Put your task aside until a time before it is due; its clock keeps running."""
    with opened(database) as installation:
        hall = installation.office.case(case).hall
    ends = moment_for(database, until, "--until", hall)
    fields = {"task_id": task, "until": ends.at}
    give_about(
        database, format_, reviewer(by, department), SnoozeTask, case, f"{task} is put aside until {ends}", **fields
    )


@records
def ask(
    case: CaseArgument,
    task: TaskArgument,
    question: Annotated[str, typer.Option(metavar="TEXT", help="The question.")],
    by: ByOption,
    of: Annotated[
        str | None,
        typer.Option("--of", metavar="D", help="The department that is asked.", show_default="the front desk"),
    ] = None,
    department: DepartmentOption = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Ask another department, or the front desk, for its opinion about your task."""
    number = Envelope(chosen_id()).number(8)
    fields = {"task_id": task, "question_id": number, "department": of, "question": question}
    what = f"question {number} was asked of {of or 'the front desk'}"
    give_about(database, format_, reviewer(by, department), AskQuestion, case, what, **fields)


@records
def answer(
    case: CaseArgument,
    question: Annotated[
        str,
        typer.Argument(
            metavar="QUESTION", help="The question's number, as the receipt or the queue (TASK?QUESTION) has it."
        ),
    ],
    text: Annotated[str, typer.Option("--answer", metavar="TEXT", help="The answer.")],
    by: ByOption,
    department: Annotated[
        str | None, typer.Option(metavar="D", help="The department that was asked.", show_default="the front desk")
    ] = None,
    window: SeatWindowOption = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Answer a question that was asked of your department, or of the front desk."""
    question = question.rpartition("?")[2]
    role = Role.FRONT_DESK if department is None else Role.REVIEWER
    actor = Actor(person=by, role=role, department=department, window=window)
    fields = {"question_id": question, "answer": text}
    give_about(database, format_, actor, AnswerQuestion, case, f"question {question} is answered", **fields)


@records
def approve(
    case: CaseArgument,
    task: TaskArgument,
    by: ByOption,
    opinion: Annotated[str | None, typer.Option(metavar="TEXT", help="The opinion of the department.")] = None,
    department: DepartmentOption = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Approve your task."""
    fields = {"task_id": task, "opinion": opinion}
    what = f"{task} is approved{_still_asked(database, case, task)}"
    give_about(database, format_, reviewer(by, department), ApproveTask, case, what, **fields)


def _still_asked(database: str | None, case: str, task: str) -> str:
    """What is said of questions about a task that nobody has answered when it is settled; they stand in no list from then on."""
    with opened(database) as installation:
        questions = installation.office.case(case).questions.values()
    asked = [each.question_id for each in questions if each.task_id == task and each.answered is None]
    return f" without an answer to {', '.join(asked)}" if asked else ""


@records
def refuse(
    case: CaseArgument,
    task: TaskArgument,
    reasons: Annotated[str, typer.Option(metavar="TEXT", help="The reason.")],
    legal_basis: Annotated[str, typer.Option(metavar="TEXT", help="The article that the refusal rests on.")],
    by: ByOption,
    department: DepartmentOption = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Refuse your task."""
    fields = {"task_id": task, "reasons": reasons, "legal_basis": legal_basis}
    what = f"{task} is refused{_still_asked(database, case, task)}"
    give_about(database, format_, reviewer(by, department), RefuseTask, case, what, **fields)


@records
def return_(
    case: CaseArgument,
    task: TaskArgument,
    material: Annotated[
        list[str], typer.Option(metavar="MATERIAL", help="A material that is asked for; may be given several times.")
    ],
    reason: ReasonOption,
    by: ByOption,
    department: DepartmentOption = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Ask the applicant for a supplement to your task; the clock stops until it is handed in."""
    fields = {"task_id": task, "materials": tuple(material), "reason": reason}
    what = f"{', '.join(material)} asked for again"
    give_about(database, format_, reviewer(by, department), ReturnTask, case, what, **fields)


@records
def stop_clock(
    case: CaseArgument,
    suspension: SuspensionArgument,
    ground: Annotated[Ground, typer.Option(help="Why the time does not count (article 45).")],
    notice: Annotated[str, typer.Option(metavar="TEXT", help="What the applicant was told in writing.")],
    by: ByOption,
    working_days: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="How long it will take, as the applicant was told.")
    ] = None,
    presided_by: Annotated[
        str | None, typer.Option(metavar="PERSON", help="The person who presides over a hearing.")
    ] = None,
    inspected_by: Annotated[
        list[str] | None, typer.Option(metavar="PERSON", help="A person who inspects on site; name two.")
    ] = None,
    held_on: Annotated[
        str | None,
        typer.Option(
            metavar="DAY",
            help="The day of the hearing; at least seven full working days lie between the summons and it.",
        ),
    ] = None,
    department: DepartmentOption = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Begin a special procedure (特别程序): the clock stops until `task resume-clock`.

    During an inspection on site by two people the clock keeps running, unless the item names a law for it (inspection_law).
    """
    fields = {
        "suspension_id": suspension,
        "ground": ground,
        "notice": notice,
        "expected_working_days": working_days,
        "presided_by": presided_by,
        "inspected_by": tuple(inspected_by) if inspected_by else None,
        "held_on": day(held_on, "--held-on"),
    }
    what = f"{ground.value.replace('_', ' ')} begun"
    give_about(database, format_, reviewer(by, department), StopClock, case, what, **fields)


@records
def resume_clock(
    case: CaseArgument,
    suspension: SuspensionArgument,
    by: ByOption,
    department: DepartmentOption = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """End a special procedure; the limits move back by the time that did not count."""
    fields = {"suspension_id": suspension}
    give_about(database, format_, reviewer(by, department), ResumeClock, case, "the clock runs again", **fields)


@records
def approve_alike(
    item: Annotated[str, typer.Option(metavar="ITEM", help="The service item of these tasks.")],
    department: Annotated[str, typer.Option(metavar="D", help="The department whose tasks they are.")],
    by: ByOption,
    hall: Annotated[str | None, typer.Option(metavar="H", help="Only in this hall.")] = None,
    opinion: Annotated[
        str | None, typer.Option(metavar="TEXT", help="The opinion of the department, for all of them.")
    ] = None,
    limit: Annotated[int, typer.Option(metavar="N", min=1, max=1_000, help="At most this many, by due time.")] = 50,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show which tasks.")] = False,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Approve all your tasks of one service item; each case gets its own event. Exit 8 if one was refused, 9 if all were."""
    with opened(database) as installation:
        installation.caught_up(OpenWork(), SECONDS_FOR_A_VIEW)
        wanted = Filter(show=Show.MINE, waits_for=WaitsFor.APPROVE, holder=by, item=item, hall=hall)
        with installation.reading() as connection:
            held = queue_of(connection, department, installation.now(), None, wanted).lines
        tasks = [task for task in held if task.task_status == TaskStatus.CLAIMED][:limit]
        answers = ["held"] * len(tasks)
        if not dry_run:
            commands = [
                Asked(ApproveTask, reviewer(by, department), {"case_id": c, "task_id": t, "opinion": opinion}).command(
                    installation, part=f"{c}/{t}"
                )
                for c, t in ((task.case_id, task.work) for task in tasks)
            ]
            receipts = installation.office.execute_all(commands) if commands else []
            answers = [str(each) if isinstance(each, OfficeError) else "approved" for each in receipts]
    rows = [
        TaskAnswer(case=task.case_id, task=task.work, answer=answer)
        for task, answer in zip(tasks, answers, strict=True)
    ]
    refused = sum(answer not in ("approved", "held") for answer in answers)
    if format_ is Format.JSON:
        say_json(TaskAnswers(tasks=rows, refused=refused))
    else:
        say_table(
            f"{number_of(len(rows), 'task')} of {item} held by {by}, {refused} refused",
            list(map(asdict, rows)),
            ["case", "task", "answer"],
            "none",
        )
    end_with_refused(refused, len(rows))
