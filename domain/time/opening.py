"""When a hall is open to the public, and when it opens next."""

from datetime import UTC, date, datetime, time, timedelta

from domain.time.calendar import MIDNIGHT
from domain.time.working_time import WorkingCalendar

DAYS_AHEAD = 31
"""The next opening is looked for so far ahead; the longest festivals are shorter."""


def is_open_at(days: WorkingCalendar, moment: datetime) -> bool:
    """Whether the hall is open at a moment: from the opening of a session on, and not at its end. Raises ``CalendarYearMissing``."""
    local = moment.astimezone(days.zone)
    now = local.time()
    return any(
        session.opens <= now and (now < session.closes or session.closes == MIDNIGHT)
        for session in days.sessions_of(local.date())
    )


def hours_of(days: WorkingCalendar, day: date) -> str:
    """The sessions of a day in words, as ``09:00-12:00, 13:30-17:00``; ``closed`` where there are none."""
    sessions = days.sessions_of(day)
    return ", ".join(f"{s.opens:%H:%M}-{_told(s.closes)}" for s in sessions) or "closed"


def next_opening(days: WorkingCalendar, after: datetime) -> datetime | None:
    """When the hall opens next (UTC), None if not within ``DAYS_AHEAD``. Raises ``CalendarYearMissing``."""
    today = days.local_day(after)
    for ahead in range(DAYS_AHEAD):
        day = today + timedelta(days=ahead)
        for session in days.sessions_of(day):
            opens = datetime.combine(day, session.opens, days.zone).astimezone(UTC)
            if opens > after:
                return opens
    return None


def _told(closes: time) -> str:
    return "24:00" if closes == MIDNIGHT else f"{closes:%H:%M}"
