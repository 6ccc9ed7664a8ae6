"""``staff``: who works for the city, as what, from when to when; who stands in for whom; what is handed over. And ``attempts``, ``rights``."""

from collections.abc import Callable
from dataclasses import asdict as plain
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from msgspec.structs import asdict

from adapters.cli.answers.city import PostLine, Right, StaffMember, StaffPost, Substitution
from adapters.cli.answers.receipts import StaffLeft
from adapters.cli.answers.work import TaskAnswer, TaskAnswers
from adapters.cli.dispatch import Asked, ByOption, ReasonOption, end_with_refused, give, not_on_the_command_line
from adapters.cli.options import (
    DatabaseOption,
    Format,
    FormatOption,
    WrongInput,
    echo,
    moment,
    moment_for,
    opened,
    zone_of,
)
from adapters.cli.output import local, say, say_json, say_table, shown
from adapters.cli.recording import envelope, records
from adapters.services import handing_over
from adapters.store import attempts as refused_attempts
from domain.command import Command
from domain.errors import UnknownReference
from domain.number_of import number_of
from domain.office.matrix import matrix, page
from domain.people.joining import GiveRole, JoinStaff, RegisterFirstOperator, TakeRole
from domain.people.staff import Post, Staff
from domain.people.substituting import EndSubstitution, NameSubstitute
from domain.record import Actor, Role, stamp

PersonArgument = Annotated[str, typer.Argument(metavar="PERSON", help="A person's number, never a name.")]
NameOption = Annotated[
    str, typer.Option(metavar="TEXT", help="The name; it is sealed. `-` reads it from standard input.")
]
RoleOption = Annotated[Role, typer.Option(help="The role of the post.")]
OfDepartmentOption = Annotated[
    str | None,
    typer.Option("--department", metavar="D", help="The department of the post.", show_default="of the hall"),
]
HallOption = Annotated[
    str | None, typer.Option("--hall", metavar="H", help="The hall of the post; or give --all-halls.")
]
AllHallsOption = Annotated[bool, typer.Option("--all-halls", help="The post is in all halls of the city.")]
FromOption = Annotated[str | None, typer.Option("--from", metavar="TIME", help="When it begins.", show_default="now")]
UntilOption = Annotated[str | None, typer.Option("--until", metavar="TIME", help="When it ends.", show_default="open")]
AsOption = Annotated[
    Role, typer.Option("--as", help="The person who orders it: an operator, or a head of the department.")
]


def add_to(app: typer.Typer) -> None:
    """Put the commands into the command line."""
    staff = typer.Typer(
        help="The staff of the city (工作人员): posts, substitutes, and handing over work.", no_args_is_help=True
    )
    commands: tuple[Callable[..., None], ...] = (
        first_operator, join, give_role, take_role, leave, substitute, back, hand_over, list_, show,
    )  # fmt: skip
    for command in commands:
        staff.command(command.__name__.strip("_").replace("_", "-"))(command)
    app.add_typer(staff, name="staff")
    app.command("attempts")(attempts)
    app.command("rights")(rights)


@records
def first_operator(
    person: PersonArgument,
    name: NameOption,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Enter yourself as the first operator, who sets up the city; possible only if the city has never had an operator."""
    oneself = Actor(person=person, role=Role.OPERATOR)
    _give(
        database,
        format_,
        oneself,
        RegisterFirstOperator,
        person,
        "the first operator",
        person_name=not_on_the_command_line(name, "name"),
    )


@records
def join(
    person: PersonArgument,
    name: NameOption,
    role: RoleOption,
    by: ByOption,
    department: OfDepartmentOption = None,
    hall: HallOption = None,
    all_halls: AllHallsOption = False,
    since: FromOption = None,
    until: UntilOption = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Add a person to the staff with a first post."""
    post = _post(role, department, hall, all_halls) | _times(database, since, until, hall)
    _give(
        database,
        format_,
        _operator(by),
        JoinStaff,
        person,
        f"joins as {role}",
        person_name=not_on_the_command_line(name, "name"),
        **post,
    )


@records
def give_role(
    person: PersonArgument,
    role: RoleOption,
    by: ByOption,
    department: OfDepartmentOption = None,
    hall: HallOption = None,
    all_halls: AllHallsOption = False,
    since: FromOption = None,
    until: UntilOption = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Give a member of the staff a further post."""
    post = _post(role, department, hall, all_halls) | _times(database, since, until, hall)
    _give(database, format_, _operator(by), GiveRole, person, f"is {role} as well", **post)


@records
def take_role(
    person: PersonArgument,
    role: RoleOption,
    reason: ReasonOption,
    by: ByOption,
    department: OfDepartmentOption = None,
    hall: HallOption = None,
    all_halls: AllHallsOption = False,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """End a post now; others can then claim the tasks that its holder has there."""
    post = _post(role, department, hall, all_halls)
    _give(database, format_, _operator(by), TakeRole, person, f"is no longer {role}", **post, reason=reason)


@records
def leave(
    person: PersonArgument,
    reason: ReasonOption,
    by: ByOption,
    to: Annotated[str | None, typer.Option("--to", metavar="PERSON", help="The person who gets their tasks.")] = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Record that a person leaves: all posts end, and another person gets their tasks. All of it, or nothing."""
    with opened(database) as installation:
        stamped = envelope(installation)
        tasks, position = handing_over.leave(installation, _operator(by), person, to, reason, stamped)
    handed = f", {to} gets {number_of(tasks, 'task')}" if tasks else ""
    said = f"staff {person}: has left{handed}, recorded at position {position}"
    say(format_, said, StaffLeft(staff=person, tasks=tasks, position=position))


@records
def substitute(
    person: PersonArgument,
    by_whom: Annotated[str, typer.Option("--substitute", metavar="PERSON", help="The person who acts for them.")],
    until: Annotated[str, typer.Option("--until", metavar="TIME", help="When the absence ends.")],
    reason: ReasonOption,
    by: ByOption,
    as_: AsOption = Role.OPERATOR,
    since: FromOption = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Let another person act with the posts of a person who is away."""
    fields = {"substitute": by_whom, "reason": reason, **_times(database, since, until)}
    actor = Actor(person=by, role=as_)
    _give(database, format_, actor, NameSubstitute, person, f"{by_whom} stands in until {until}", **fields)


@records
def back(
    person: PersonArgument,
    by_whom: Annotated[str, typer.Option("--substitute", metavar="PERSON", help="The person who acted for them.")],
    by: ByOption,
    as_: AsOption = Role.OPERATOR,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """End a substitution early."""
    actor = Actor(person=by, role=as_)
    _give(database, format_, actor, EndSubstitution, person, f"{by_whom} no longer stands in", substitute=by_whom)


@records
def hand_over(
    person: PersonArgument,
    to: Annotated[str, typer.Option("--to", metavar="PERSON", help="The person who gets them.")],
    reason: ReasonOption,
    by: ByOption,
    as_: AsOption = Role.OPERATOR,
    one_by_one: Annotated[
        bool, typer.Option("--each", help="Hand over each task by itself, instead of all or none.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show which tasks.")] = False,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Give all tasks of a person to another person: all or none; with --each as many as possible, and exit 8 if one was refused, 9 if all were."""
    actor = Actor(person=by, role=as_)
    with opened(database) as installation:
        if dry_run:
            done = dict.fromkeys(handing_over.held_by(installation, person), "held")
        else:
            done = handing_over.hand_over(
                installation,
                actor,
                person,
                to,
                reason,
                together=not one_by_one,
                envelope=envelope(installation),
            )
    rows = [TaskAnswer(case=task.case_id, task=task.task_id, answer=answer) for task, answer in done.items()]
    refused = sum(answer not in ("held", "handed over") for answer in done.values())
    if format_ is Format.JSON:
        say_json(TaskAnswers(tasks=rows, refused=refused))
    else:
        say_table(
            f"{number_of(len(rows), 'task')} of {person} to {to}, {refused} refused",
            list(map(asdict, rows)),
            ["case", "task", "answer"],
            "none",
        )
    end_with_refused(refused, len(rows))


def list_(
    role: Annotated[Role | None, typer.Option(help="Only with this role.")] = None,
    department: Annotated[str | None, typer.Option(metavar="D", help="Only of this department.")] = None,
    hall: Annotated[str | None, typer.Option(metavar="H", help="Only with a post in this hall.")] = None,
    on: Annotated[
        str | None, typer.Option("--on", metavar="TIME", help="Show the posts at that time.", show_default="now")
    ] = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """List who holds which post, now or at a time; by number, without names."""
    with opened(database) as installation:
        at = moment(on, "--on", zone_of(installation)) if on else installation.now()
        everybody, zone = installation.office.city().staff, zone_of(installation)
    rows = [
        StaffPost(person=person, **asdict(_line(post)))
        for person in sorted(everybody)
        for post in everybody[person].at(at)
        if role in (None, post.role) and department in (None, post.department) and hall in (None, post.hall)
    ]
    if format_ is Format.JSON:
        say_json(rows)
    else:
        columns = ["person", "role", "department", "hall", "since", "until"]
        say_table(
            f"{number_of(len(rows), 'post')} at {echo(at, zone)}", [_row(row, zone) for row in rows], columns, "nobody"
        )


def show(person: PersonArgument, database: DatabaseOption = None, format_: FormatOption = Format.TABLE) -> None:
    """Show one person: every post they ever held, and the people who stood in for them."""
    with opened(database) as installation:
        found = _known(installation.office.city().staff.get(person), person)
        zone = zone_of(installation)
        name = None if found.name is None else installation.vault.open("name", found.name)
    posts = [_line(post) for post in found.posts]
    absences = [
        Substitution(substitute=each.substitute, since=stamp(each.since), until=stamp(each.until))
        for each in found.substitutions
    ]
    if format_ is Format.JSON:
        left = None if found.left is None else stamp(found.left)
        say_json(StaffMember(person=person, name=name, posts=posts, substitutions=absences, left=left))
        return
    held = [_row(post, zone) for post in posts]
    say_table(f"{person} {name or ''}", held, ["role", "department", "hall", "since", "until"], "no post")
    if absences:
        away = [asdict(each) | _span(each, zone) for each in absences]
        say_table(f"substitutes of {person}", away, ["substitute", "since", "until"])


def attempts(
    since: Annotated[
        str | None, typer.Option("--since", metavar="TIME", help="Only attempts from this time on.")
    ] = None,
    person: Annotated[str | None, typer.Option(metavar="PERSON", help="Only attempts of this person.")] = None,
    limit: Annotated[
        int, typer.Option(metavar="N", min=1, max=10_000, help="At most this many attempts, the latest.")
    ] = 50,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """List attempts that were refused because a right was missing: the person, the command and the right. For auditors; persons by number only."""
    with opened(database) as installation, installation.reading() as connection:
        zone = zone_of(installation) or ZoneInfo("UTC")
        after = moment(since, "--since", zone_of(installation)) if since else None
        rows = refused_attempts.kept(connection, after, person, limit)
    if format_ is Format.JSON:
        say_json(rows)
        return
    told = [{**plain(row), f"at ({zone.key})": local(row.at, zone)} for row in rows]
    columns = [f"at ({zone.key})", "person", "role", "command", "history", "missing"]
    say_table(number_of(len(rows), "refused attempt"), told, columns, "none")


def rights(format_: FormatOption = Format.TABLE) -> None:
    """Print every command by every role, and what else it depends on: the page docs/rights.md."""
    if format_ is Format.JSON:
        say_json(
            [Right(command=each.command, roles=sorted(each.roles), also=list(each.conditions)) for each in matrix()]
        )
    else:
        typer.echo(page(), nl=False)


def _operator(person: str) -> Actor:
    return Actor(person=person, role=Role.OPERATOR)


def _post(role: Role, department: str | None, hall: str | None, all_halls: bool) -> dict[str, Any]:
    """A post as commands name it. Raises ``WrongInput`` unless its hall, or all halls, are said."""
    if (hall is None) is not all_halls:
        raise WrongInput("give either --hall H or --all-halls; a post without a hall is not a post in all halls")
    return {"role": role, "department": department, "hall": hall}


def _times(database: str | None, since: str | None, until: str | None, hall: str | None = None) -> dict[str, Any]:
    begins = since and moment_for(database, since, "--from", hall)
    ends = until and moment_for(database, until, "--until", hall)
    return {"since": begins and begins.at, "until": ends and ends.at}


def _line(post: Post) -> PostLine:
    return PostLine(
        role=post.role.value,
        department=post.department,
        hall=post.hall,
        since=stamp(post.since),
        until=None if post.until is None else stamp(post.until),
    )


def _row(line: PostLine, zone: ZoneInfo | None) -> dict[str, Any]:
    return {**asdict(line), "hall": line.hall or "all halls", **_span(line, zone)}


def _span(line: PostLine | Substitution, zone: ZoneInfo | None) -> dict[str, str | None]:
    """From when until when, as the clock of the halls shows it; with the offset where they have no zone in common."""
    return {"since": shown(line.since, zone), "until": line.until and shown(line.until, zone)}


def _known(found: Staff | None, person: str) -> Staff:
    if found is None:
        raise UnknownReference(f"{person} is not on the staff; see `onewindow staff list`")
    return found


def _give(
    database: str | None, format_: Format, actor: Actor, kind: type[Command], person: str, what: str, **fields: Any
) -> None:
    give(database, format_, "staff", person, what, Asked(kind, actor, {"person": person, **fields}))
