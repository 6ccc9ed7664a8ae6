"""The clock that acts: finds in the view what is due, and has the office record what follows.

What a limit leads to is decided by the case itself (``domain.application.consequences.deadlines``); a tick only makes it look. Ticks
may be late, repeated or given by several machines at once: a command id for each deadline makes it one effect.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Event

import structlog

from adapters.bootstrap import Installation, installation
from adapters.services.tickets import ticket_of
from adapters.settings import Settings
from adapters.store.driver.failures import DatabaseError
from domain.application.consequences.deadlines import Tick, deadlines
from domain.command import Command
from domain.errors import OfficeError
from domain.history import TICKETS
from domain.identifier import ON_RECORD
from domain.record import CLOCK, stamp
from domain.ticket.lapses import LookAtClock, day_ends
from projections.engine.runner import Progress, never, no_progress
from projections.views.deadlines import overdue

SECONDS_BETWEEN = 15.0
"""How long a worker waits before it looks again. A legal time does not depend on it."""
REST = timedelta(days=7)
"""An office in which nothing was recorded for so long is not at work."""
INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Ticked:
    """What a look at the clock did: ``lapsed`` deadlines whose consequence it recorded, ``failed`` cases it could not look at."""

    lapsed: int
    failed: int


def tick(installation: Installation, progress: Progress = no_progress, stop: Callable[[], bool] = never) -> Ticked:
    """Record what follows from every deadline that has passed by now, as far as the views know of it, or until ``stop`` says so.

    What follows from a consequence comes with the next tick, when the views have seen it. Raises ``DatabaseError``.
    """
    now = installation.now()
    with installation.reading() as connection:
        names = overdue(connection, now)
    lapsed = failed = 0
    for number, name in enumerate(names, start=1):
        if stop():
            break
        try:
            lapsed += _tick(installation, name, now)
        except DatabaseError:
            raise  # not this case's fault
        except OfficeError as refusal:
            structlog.get_logger().error("a case could not be checked", case=name, reason=str(refusal))
            failed += 1
        progress(number, len(names))
    if names:
        structlog.get_logger().info("limits had passed", looked_at=len(names), lapsed=lapsed, failed=failed)
    return Ticked(lapsed, failed)


def _tick(installation: Installation, name: str, now: datetime) -> int:
    """Have one case or ticket look at the clock, deadline by deadline. Returns how many lapsed."""
    lapsed = 0
    while (passed := _next(installation, name)) is not None and passed < now:
        look = _look(name, f"tick/{name}/{stamp(passed)}", (passed + INSTANT).astimezone(UTC))
        if installation.office.execute(look).repeated:  # another machine, or another command, was faster
            break
        lapsed += 1
    return lapsed


def _next(installation: Installation, name: str) -> datetime | None:
    """The next moment at which something follows by itself, as far as that is sure."""
    if name.startswith(TICKETS):
        return day_ends(ticket_of(installation, name.removeprefix(TICKETS)), installation.office.city())
    coming = deadlines(installation.office.case(name), installation.office.city())
    return next((each.at for each in coming if not each.unsure), None)


def _look(name: str, command_id: str, at: datetime) -> Command:
    common = {"command_id": command_id, "actor": CLOCK, "occurred_at": at}
    if name.startswith(TICKETS):
        return LookAtClock.model_validate({**common, "ticket_id": name.removeprefix(TICKETS)}, context=ON_RECORD)
    return Tick.model_validate({**common, "case_id": name}, context=ON_RECORD)


def follow(settings: Settings, stopped: Event, *, lapse_overdue: bool = False) -> None:
    """Tick until stopped, on connections of its own. The views are kept up by others.

    In an office that has rested (``rested``) nothing lapses before somebody has asked for it: by ``lapse_overdue``, or by
    `onewindow tick`. What ends it otherwise stops those others, too: a clock that stands must not go unseen.
    """
    try:
        _follow(settings, stopped, lapse_overdue)
    finally:
        stopped.set()


def rested(installation: Installation) -> int:
    """How many limits passed in an office where nothing was recorded for ``REST``; 0 where it is at work.

    A database of last year, opened to look at it, is such an office: its limits must not all lapse because of that.
    """
    now = installation.now()
    with installation.reading() as connection:
        passed = len(overdue(connection, now))
    last = next(iter(installation.log.read(installation.log.head() - 1, installation.log.head(), 1)), None)
    at_rest = last is not None and datetime.fromisoformat(last.recorded_at) < now - REST
    return passed if at_rest else 0


def _follow(settings: Settings, stopped: Event, lapse_overdue: bool) -> None:
    asked = lapse_overdue
    while not stopped.is_set():
        try:
            with installation(settings) as own:
                asked = asked or _woken(own, stopped)
                while not stopped.is_set():
                    tick(own, stop=stopped.is_set)
                    stopped.wait(SECONDS_BETWEEN)
        except DatabaseError as error:
            structlog.get_logger().warning("the clock waits for its database", reason=str(error))
            stopped.wait(SECONDS_BETWEEN)


def _woken(installation: Installation, stopped: Event) -> bool:
    """Wait until an office that has rested is at work again, its limits looked at by `onewindow tick`; say so once."""
    passed = rested(installation)
    if passed:
        structlog.get_logger().warning(
            "nothing was recorded for a week, so no limit lapses unasked; see `onewindow tick --dry-run`, then run "
            "`onewindow tick`, or follow with --lapse-overdue",
            overdue=passed,
        )
    while passed and not stopped.wait(SECONDS_BETWEEN):
        with installation.reading() as connection:
            passed = len(overdue(connection, installation.now() - REST))
    return True


def tick_all(found: Installation, progress: Progress = no_progress) -> Ticked:
    """Project and tick in turn until nothing more follows."""
    lapsed = 0
    while True:
        found.runner().catch_up()  # waits for views that others hold
        done = tick(found, progress)
        lapsed += done.lapsed
        if not done.lapsed:
            return Ticked(lapsed, done.failed)
