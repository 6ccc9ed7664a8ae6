"""The last minute that is still in time for what is due."""

from datetime import datetime, timedelta, tzinfo


def last_minute(due: datetime, zone: tzinfo) -> datetime:
    """A due moment by the clock of a zone: the end of a day is 23:59 of it, never 00:00 of the next."""
    local = due.astimezone(zone)
    at_its_end = (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0)
    return (due - timedelta(minutes=1)).astimezone(zone) if at_its_end else local
