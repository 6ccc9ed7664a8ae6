"""How many windows stood on any day, by hall, zone and kind: told by the city's own history, which is short."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from domain.city import City


@dataclass(frozen=True, slots=True)
class WindowCount:
    """So many windows of a kind in a zone of a hall."""

    hall: str
    zone: str
    kind: str
    windows: int


def window_counts(city: City, day: date | None) -> list[WindowCount]:
    """The windows that stood when a local day ended, or without one that stand now, hall by hall."""
    counted = Counter(
        (hall.hall_id, window.zone.value, window.kind.value)
        for hall in city.halls.values()
        for window in (hall.windows.values() if day is None else hall.windows_on(day))
    )
    return [WindowCount(*group, number) for group, number in sorted(counted.items())]
