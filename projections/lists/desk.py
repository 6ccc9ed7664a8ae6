"""The desk of a window: what it has in hand, what waits for applicants or is asked, results to hand out, receipts of the day.

The list of a hall has everything else of its front desk: what came online, by kiosk, by post or from another hall, and what a
window held that closed or does not serve it any more, until a front desk claims it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, false, or_

from domain.city import City
from domain.hall.hall import Hall, Window, WindowKind
from domain.people.applicant_kind import ApplicantKind
from domain.record import stamp
from projections.engine.generations import live
from projections.lists.list_page import NO_PAGE, Conditions, Page, page
from projections.views.intake_register import Receipt, received
from projections.views.open_work import OpenWork
from projections.views.work import APPLICANT, ASKED, DESK, FEEDBACK


class DeskList(StrEnum):
    """The lists of open work at a window."""

    IN_HAND = "in_hand"
    WAITING = "waiting"
    ASKED = "asked"
    RESULTS = "results"


SIDES = {DeskList.IN_HAND: DESK, DeskList.WAITING: APPLICANT, DeskList.ASKED: ASKED, DeskList.RESULTS: FEEDBACK}


@dataclass(frozen=True, slots=True)
class Desk:
    """The lists of a window, in the order of their waiting, up to some length; ``received`` is of the day, ``more`` if it goes on."""

    received: list[Receipt]
    more: bool
    lists: dict[DeskList, Page]


def desk(
    connection: Connection, city: City, hall_id: str, window_id: str, at: datetime, limit: int | None = None
) -> Desk:
    """The desk of a window, with what it received on the hall's local day of ``at``; ``limit`` lines a list.

    Raises ``UnknownReference`` for an unknown hall or window.
    """
    hall = city.hall(hall_id)
    window = hall.window(window_id)
    days = city.calendar(hall_id, len(hall.calendars))
    start, end = (stamp(each) for each in days.day_bounds(days.local_day(at)))
    first = None if limit is None else limit + 1
    received_today = received(connection, hall_id, _kept_by(hall, window), start, end, first)
    return Desk(
        received_today[:limit],
        limit is not None and len(received_today) > limit,
        {name: desk_list(connection, city, hall_id, window_id, name, at, limit) for name in DeskList},
    )


def desk_list(
    connection: Connection,
    city: City,
    hall_id: str,
    window_id: str,
    name: DeskList,
    at: datetime,
    limit: int | None = None,
    after: str | None = None,
) -> Page:
    """One list of a window's desk behind ``after``. Raises ``UnknownReference``, ``WrongCursor``.

    Results are handed out where the window's kind allows it: at a comprehensive window those of its zone, at a
    department window those of its department. What a window held that was merged into this one is among its own.
    """
    hall = city.hall(hall_id)
    window = hall.window(window_id)
    work = live(connection, OpenWork)
    of = [work.c.hall == hall_id, work.c.side == SIDES[name]]
    if name is DeskList.RESULTS:
        if not window.issues:
            return NO_PAGE
        of.append(_handed_out(work, window))
    else:
        of += [work.c.window.in_(_kept_by(hall, window)), or_(work.c.zone.is_(None), work.c.zone == window.zone.value)]
    return page(connection, work, [of], _oldest_first(work), at, limit, after)


def hall_list(
    connection: Connection, city: City, hall_id: str, at: datetime, limit: int | None = None, after: str | None = None
) -> Page:
    """What stands in a hall and at none of its windows, the longest waiting first. Raises ``UnknownReference``, ``WrongCursor``."""
    work = live(connection, OpenWork)
    branches = list(_in_no_window(work, city.hall(hall_id)))
    return page(connection, work, branches, _oldest_first(work), at, limit, after)


def _kept_by(hall: Hall, window: Window) -> list[str]:
    """The windows whose cases are in a window's hands: its own, and those that were merged into it."""
    merged = [name for name in hall.succeeded_by if hall.keeper(name, None) is window]
    return [window.window_id, *(name for name in merged if name != window.window_id)] if window.receives else []


def _in_no_window(work: Table, hall: Hall) -> Iterator[Conditions]:
    of_hall = work.c.hall == hall.hall_id
    for side in (DESK, ASKED, APPLICANT):
        yield of_hall, work.c.side == side, work.c.window.is_(None)
    names = {stood.window.window_id for stood in hall.stood}
    for zone in (None, *ApplicantKind):
        homeless = sorted(name for name in names if hall.keeper(name, zone) is None)
        if homeless:
            of_zone = work.c.zone.is_(None) if zone is None else work.c.zone == zone.value
            yield of_hall, work.c.side.in_((DESK, ASKED, APPLICANT)), work.c.window.in_(homeless), of_zone
    issuing = [window for window in hall.windows.values() if window.issues]
    handed_out = [_handed_out(work, window) for window in _one_of_a_kind(issuing)]
    yield of_hall, work.c.side == FEEDBACK, ~or_(false(), *handed_out)


def _one_of_a_kind(windows: Sequence[Window]) -> list[Window]:
    """One window for all that hand out the same results."""
    kinds = {
        (w.kind is WindowKind.DEPARTMENT, w.department if w.kind is WindowKind.DEPARTMENT else w.zone): w
        for w in windows
    }
    return list(kinds.values())


def _handed_out(work: Table, window: Window) -> ColumnElement[bool]:
    """Which results a window hands out."""
    if window.kind is WindowKind.DEPARTMENT:
        return work.c.department.is_not(None) & (work.c.department == window.department)
    return or_(work.c.zone.is_(None), work.c.zone == window.zone.value)


def _oldest_first(work: Table) -> tuple[ColumnElement[Any], ...]:
    return work.c.since, work.c.case_id, work.c.work
