"""``simulate`` and ``demo``: a city to try it on."""

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer
from sqlalchemy import Connection, func, select

from adapters.bootstrap import Installation, installation
from adapters.cli import queues, records, reports, tickets
from adapters.cli.options import (
    DatabaseOption,
    Format,
    FormatOption,
    day,
    opened,
    progress_bar,
)
from adapters.cli.output import say_json, say_table, tell
from adapters.disk.whole_file import make_folder
from adapters.settings import Settings
from adapters.simulation.catalogue import Size
from adapters.simulation.plan import Plan
from adapters.store import migrate
from domain.application.path.evaluation import RectificationReviewed
from domain.hall.hall import Layout
from domain.history import TICKETS
from domain.number_of import number_of
from projections.engine.generations import live
from projections.reports.processing_report import Stage
from projections.reports.reform import Period
from projections.views.case_file import CaseFile
from projections.views.intake_register import IntakeRegister
from projections.views.open_work import OpenWork
from projections.views.processing_time import ProcessingTime
from projections.views.work import APPLICANT, DEPARTMENT

if TYPE_CHECKING:
    from adapters.simulation.simulation import Summary


def add_to(app: typer.Typer) -> None:
    """Put the commands into the command line."""
    app.command("simulate")(simulate_)
    app.command("demo")(demo)


def simulate_(
    halls: Annotated[int, typer.Option(metavar="N", help="How many halls.")],
    days: Annotated[int, typer.Option(metavar="N", help="Days on which applicants arrive.")],
    seed: Annotated[int, typer.Option(metavar="N", help="The same seed gives the same city.")],
    layout: Annotated[Layout, typer.Option(help="Department windows, or comprehensive ones.")] = Layout.AFTER,
    size: Annotated[
        Size, typer.Option(help="A small city, or one with as many windows and items as the city of the 2023 report.")
    ] = Size.SMALL,
    arrivals: Annotated[int, typer.Option(metavar="N", help="Applicants per hall and working day.")] = 30,
    start: Annotated[str | None, typer.Option(metavar="DAY", help="The first day.")] = None,
    finish: Annotated[
        bool,
        typer.Option("--finish/--no-finish", help="Continue until every case has ended, or stop after the last day."),
    ] = True,
    into_existing: Annotated[
        bool, typer.Option("--into-existing", help="Simulate even into a database that holds other records.")
    ] = False,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Simulate a city with the real commands on a simulated clock, and update the views. Running the same simulation again adds nothing."""
    from adapters.simulation.simulation import settle, simulate

    plan = Plan(
        halls=halls,
        days=days,
        seed=seed,
        size=size,
        layout=layout,
        start=day(start, "--start"),
        finish=finish,
        arrivals_a_day=arrivals,
    )
    with opened(database) as found, progress_bar(f"simulating {number_of(halls, 'hall')}") as progress:
        summary = simulate(found, plan, progress, into_existing=into_existing)
        settle(found, summary.last, finish=finish, progress=progress)
    if format_ is Format.JSON:
        say_json(summary)
    else:
        tell(_told(summary))


def _told(summary: "Summary") -> str:
    return (
        f"{number_of(summary.halls, 'hall')}, {number_of(summary.windows, 'window')}, "
        f"{number_of(summary.departments, 'department')}, {number_of(summary.items, 'item')}: "
        f"{number_of(summary.applications, 'application')} from {summary.first:%Y-%m-%d} on, "
        f"{number_of(summary.commands, 'command')} until {summary.last:%Y-%m-%d %H:%M} UTC "
        f"({summary.added} new, {number_of(summary.refused, 'matter')} with a refused command)"
    )


TEN_DAYS = {layout: Plan(halls=2, days=10, seed=2025, layout=layout) for layout in Layout}
PERIODS = Period(date(2025, 3, 3), date(2025, 8, 28)), Period(date(2025, 9, 1), date(2025, 12, 31))
STORIES = {"package": "a package:", "grade": "a bad grade:"}
OPEN_DAYS = Plan(halls=2, days=3, seed=7, start=date(2025, 10, 20), finish=False)


def demo(
    folder: Annotated[
        Path | None, typer.Option(help="Keep the city's database here.", show_default="a temporary folder")
    ] = None,
) -> None:
    """Show a small city before and after the reform: the figures side by side, a desk, a queue, and the histories of some cases."""
    if folder is not None:
        make_folder(folder)
        _demo(folder)
        return
    with TemporaryDirectory(prefix="onewindow-") as temporary:
        _demo(Path(temporary))


def _demo(folder: Path) -> None:
    from adapters.simulation.simulation import settle, simulate

    settings = Settings(database_url=f"sqlite:///{folder}/city.db", master_key_file=folder / "master.key")
    migrate.upgrade(settings.database_url)
    with installation(settings) as city:
        for layout in (Layout.BEFORE, Layout.AFTER):
            with progress_bar(f"ten days {layout.value} the reform") as progress:
                done = simulate(city, TEN_DAYS[layout], progress)
            tell(f"{layout.value} the reform: {_told(done)}")
            _halls(city, layout)
        with progress_bar("projecting") as progress:
            settle(city, done.last, finish=True, progress=progress)
        reports.show_reform(city, *PERIODS)
        with city.reading() as connection:
            ticket, stories = _stories(connection)
        tell("the longest wait:")
        tickets.show_ticket(city, ticket)
        for about, case in stories.items():
            tell(STORIES[about])
            records.show_history(city, case, city.office.history(case))
        with progress_bar("three more days, left open") as progress:
            last = simulate(city, OPEN_DAYS, progress)
            settle(city, last.last, finish=False, progress=progress)
        with city.reading() as connection:
            look = _worth_a_look(connection)
        queues.show_desk(city, look.hall, look.window, 10, last.last)
        queues.show_queue(city, look.department, 10, last.last)
        records.show_verify(city)


def _stories(connection: Connection) -> tuple[str, dict[str, str]]:
    """The ticket that waited longest; a package with much to tell, and a case that was rated badly."""
    times, lines, desk = (live(connection, view) for view in (ProcessingTime, CaseFile, IntakeRegister))
    waits = select(times.c.case_id).where(times.c.stage == Stage.WAITING).order_by(times.c.calendar_us.desc()).limit(1)
    several = select(desk.c.case_id).where(desk.c["items"].contains(", "))
    told = select(lines.c.case_id).group_by(lines.c.case_id).order_by(func.count().desc(), lines.c.case_id).limit(1)
    rated = select(lines.c.case_id).where(lines.c.type == RectificationReviewed.type_name)
    stories = {
        "package": told.where(lines.c.case_id.in_(several)),
        "grade": told.where(lines.c.case_id.in_(rated)),
    }
    found = {about: connection.execute(query).scalar_one_or_none() for about, query in stories.items()}
    ticket = str(connection.execute(waits).scalar_one()).removeprefix(TICKETS)
    return ticket, {about: case for about, case in found.items() if case is not None}


class Look(NamedTuple):
    """What the demo shows of a day: the fullest desk, the longest queue."""

    hall: str
    window: str
    department: str


def _worth_a_look(connection: Connection) -> Look:
    def most(*columns: Any, where: Any = True) -> Any:
        query = select(*columns).where(where).group_by(*columns).order_by(func.count().desc(), *columns).limit(1)
        return connection.execute(query).one()

    work = live(connection, OpenWork)
    hall, window = most(work.c.hall, work.c.window, where=(work.c.side == APPLICANT) & work.c.window.is_not(None))
    (department,) = most(work.c.department, where=work.c.side == DEPARTMENT)
    return Look(hall, window, department)


def _halls(city: Installation, layout: Layout) -> None:
    rows = [
        {
            "hall": hall.hall_id,
            "name": str(hall.name),
            "layout": hall.layout.value,
            "windows": len(hall.windows),
            "kinds": ", ".join(sorted({w.kind.value for w in hall.windows.values()})),
        }
        for hall in city.office.city().halls.values()
    ]
    say_table(f"halls {layout.value} the reform", rows, ["hall", "name", "layout", "windows", "kinds"])
