"""Whether lists, counts, loads, lights and histories agree. Everything is worked out once more from the lines, in plain Python."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import NamedTuple

from sqlalchemy import Connection

from domain.application.state import Application
from domain.application.terms import Status, TaskStatus
from domain.city import City
from domain.record import stamp
from domain.time.light import Light
from projections.lists.desk import DeskList, desk_list, hall_list
from projections.lists.list_page import Listed, Page
from projections.lists.list_page import line as line_of
from projections.lists.queue import Filter, Load, Show, Sort, length, load, queue
from projections.lists.whole_city import Wanted, cases_open, counts, open_work
from projections.views.open_work import NEVER, OpenWork
from projections.views.work import WaitsFor

Key = tuple[str, str]
"""A case and what of it is open."""


class Place(NamedTuple):
    """In whose list something stands: a department's queue, a window's desk, or without both the list of a hall."""

    department: str | None = None
    hall: str | None = None
    window: str | None = None


def key(line: Listed) -> Key:
    """What a line is of."""
    return line.case_id, line.work


def whole(connection: Connection, at: datetime) -> list[Listed]:
    """Everything that is open."""
    return open_work(connection, Wanted(), at, None).lines


def places(connection: Connection, city: City, at: datetime) -> dict[Key, list[Place]]:
    """In which of the lists that people read each thing stands."""
    found: dict[Key, list[Place]] = defaultdict(list)

    def stands(place: Place, lines: Sequence[Listed]) -> None:
        for each in lines:
            found[key(each)].append(place)

    for department in city.departments:
        for show in (Show.ALL, Show.UPCOMING):
            stands(Place(department), queue(connection, department, at, wanted=Filter(show=show)).lines)
    for name, hall in city.halls.items():
        for window in hall.windows:
            for each in DeskList:
                stands(Place(None, name, window), desk_list(connection, city, name, window, each, at).lines)
        stands(Place(None, name), hall_list(connection, city, name, at).lines)
    return found


def each_in_its_list(lines: Sequence[Listed], where: dict[Key, list[Place]]) -> None:
    """Whatever is open stands in the lists that people read, in one of them (results at each window that has them); nothing else does."""
    assert set(where) == {key(line) for line in lines}
    for line in lines:
        there = where[key(line)]
        if line.side == "feedback":
            assert len({place.window is None for place in there}) == 1, (line, there)
        else:
            assert len(there) == 1, (line, there)
        if line.side in ("department", "upcoming"):
            assert there == [Place(line.department)]


def counted(connection: Connection, lines: Sequence[Listed], city: City) -> None:
    """Counts of the whole city, and of each hall and department, are those of the lines."""
    for hall in (None, *city.halls):
        for department in (None, *city.departments):
            own = [line for line in lines if hall in (None, line.hall) and department in (None, line.department)]
            wanted = Wanted(hall=hall, department=department)
            there = Counter((line.waits_for, line.hall) for line in own)
            assert {(each.waits_for, each.hall): each.work for each in counts(connection, wanted)} == there
            assert cases_open(connection, wanted) == len({line.case_id for line in own})


def lines_of(case: Application, city: City, at: datetime) -> list[Listed]:
    """What the lists say of a case, made of its history alone."""
    names = [column.name for column in OpenWork.table.columns]
    rows = (
        SimpleNamespace(**dict(zip(names, row, strict=True)), parked=False) for row in OpenWork().of_case(case, city)
    )
    return [line_of(row, at) for row in rows]


def place_of(of: Listed) -> Place:
    """Where a line should stand while nothing happens to windows."""
    return Place(of.department) if of.side in ("department", "upcoming") else Place(None, of.hall, of.window)


def lights_agree(case: Application, lines: Sequence[Listed], at: datetime) -> None:
    """Lights, holders and due times of a case's tasks, told from the case file; and a clock stands for somebody who can be asked."""
    tasks = {name: task for name, task in case.tasks.items() if task.unsettled}
    shown = {each.work: each for each in lines if each.waits_for == WaitsFor.APPROVE}
    assert set(shown) == (set(tasks) if case.status is Status.IN_REVIEW and not case.imported else set())
    for name, each in shown.items():
        task = tasks[name]
        due_at = min(task.due_at, case.due_at or task.due_at)
        assert (each.holder, each.due_at) == (task.holder, stamp(due_at))
        light = Light.RED if due_at < at else Light.YELLOW if task.warn_at < at else Light.GREEN
        assert each.light is (Light.PAUSED if case.clock_stopped else light), each
    for stop in case.suspensions:
        if stop.ended_at is None and stop.task_id is not None and case.under_way:
            assert case.tasks[stop.task_id].status is TaskStatus.RETURNED, (stop, case)


def filtered(lines: Sequence[Listed], department: str, wanted: Filter, at: datetime) -> list[Listed]:
    """The lines of a queue in their order, told without any SQL."""
    side = "upcoming" if wanted.show is Show.UPCOMING else "department"
    own = [line for line in lines if (line.side, line.department) == (side, department)]
    if wanted.show is Show.UNASSIGNED:
        own = [line for line in own if line.holder is None]
    elif wanted.show is Show.MINE or wanted.holder is not None:
        own = [line for line in own if line.holder is not None and line.holder == wanted.holder]
    for name in ("waits_for", "hall", "zone", "item", "light"):
        value = getattr(wanted, name)
        if value is not None:
            own = [line for line in own if getattr(line, name) == value]
    if not wanted.snoozed:
        own = [line for line in own if line.snoozed_until is None or line.snoozed_until <= stamp(at)]
    first: dict[Sort, Callable[[Listed], str]] = {
        Sort.DUE: lambda line: "",
        Sort.OPENED: lambda line: line.since,
        Sort.ITEM: lambda line: line.item or "",
        Sort.HALL: lambda line: line.hall or "",
        Sort.HOLDER: lambda line: line.holder or "",
    }
    return sorted(own, key=lambda line: (first[wanted.sort](line), line.due_at or NEVER, *key(line)))


def queue_agrees(
    connection: Connection, lines: Sequence[Listed], department: str, wanted: Filter, at: datetime
) -> None:
    """A queue, its total and its loads under one filter are those of the lines; its pages make the whole of it."""
    expected = filtered(lines, department, wanted, at)
    assert queue(connection, department, at, None, wanted).lines == expected
    totals_agree(connection, lines, department, wanted, at)
    pages_make(expected, lambda limit, after: queue(connection, department, at, limit, wanted, after))


def totals_agree(
    connection: Connection, lines: Sequence[Listed], department: str, wanted: Filter, at: datetime
) -> None:
    """The total of a queue and its loads under a filter are those of the lines."""
    expected = filtered(lines, department, wanted, at)
    assert length(connection, department, at, wanted) == len(expected)
    assert load(connection, department, at, wanted) == list(_loads(expected))


def _loads(lines: Sequence[Listed]) -> Iterator[Load]:
    for holder in sorted({line.holder or "" for line in lines}):
        own = [line for line in lines if (line.holder or "") == holder]
        lights = Counter(line.light for line in own)
        yield Load(holder or None, len(own), lights[Light.YELLOW], lights[Light.RED], lights[Light.PAUSED])


def pages_make(expected: Sequence[Listed], page: Callable[[int, str | None], Page], limit: int = 2) -> None:
    """Pages, one behind the other, make the whole list: no gap, no repeat."""
    found: list[Listed] = []
    after: str | None = None
    while True:
        shown = page(limit, after)
        found += shown.lines
        if (after := shown.next) is None:
            break
        assert len(shown.lines) == limit
    assert found == list(expected)


def _pages(lines: Sequence[Listed], page: Callable[[int, str | None], Page]) -> None:
    if len(lines) > 1:  # the pages of a shorter list are that list
        pages_make(lines, page, 1)


def pages_agree(connection: Connection, lines: Sequence[Listed], city: City, at: datetime) -> None:
    """Pages of the whole city, of each kind, of each hall's list and of each desk."""
    oldest = sorted(lines, key=lambda each: (each.since, *key(each)))
    pages_make(oldest, lambda limit, after: open_work(connection, Wanted(), at, limit, after))
    for kind in {each.waits_for for each in lines}:
        own, wanted = [each for each in oldest if each.waits_for == kind], Wanted(waits_for=WaitsFor(kind))
        _pages(own, lambda limit, after, wanted=wanted: open_work(connection, wanted, at, limit, after))
    for name, hall in city.halls.items():
        rest = hall_list(connection, city, name, at).lines
        _pages(rest, lambda limit, after, name=name: hall_list(connection, city, name, at, limit, after))
        for window in hall.windows:
            for each in DeskList:
                args = (connection, city, name, window, each, at)
                _pages(desk_list(*args).lines, lambda limit, after, args=args: desk_list(*args, limit, after))
