"""The moment at which the views work; the only place here that looks at a clock. No row of a view depends on it."""

from datetime import UTC, datetime

from domain.record import stamp


def now_stamp() -> str:
    """Now, as a stamp (UTC)."""
    return stamp(datetime.now(UTC))
