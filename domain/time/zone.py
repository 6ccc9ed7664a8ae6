"""Time zones by their names, which people write."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

LONGEST = 60
"""More characters than the name of any zone has. Python looks for one folder by folder, and calls itself for each."""


def zone_named(name: str) -> ZoneInfo:
    """The zone of a name. Raises ``ValueError`` where there is none."""
    try:
        if len(name) <= LONGEST:
            return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("is not a time zone; use a name like Asia/Shanghai") from error
    raise ValueError("is not a time zone; use a name like Asia/Shanghai")
