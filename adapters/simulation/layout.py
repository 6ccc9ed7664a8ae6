"""How the simulated halls are laid out: as many windows as the source counts, or a few to try it on."""

from itertools import cycle, islice

from adapters.simulation.catalogue import ITEMS, LEGAL, NATURAL, Size
from domain.hall.hall import Layout, Window, WindowKind

HALLS = 16
WINDOWS = {Layout.BEFORE: 1113, Layout.AFTER: 597}
"""The windows of all 16 halls, as the source counts them."""
SMALL_HALL = {Layout.BEFORE: 28, Layout.AFTER: 14}
QUEUES = sorted({(d, item.zone) for item in ITEMS.values() for d in item.departments})
"""For whom each department has windows of its own before the reform."""
COMPREHENSIVE = (
    (WindowKind.COMPREHENSIVE,) * 4 + (WindowKind.COMPREHENSIVE_INTAKE,) * 2 + (WindowKind.COMPREHENSIVE_FEEDBACK,)
)
"""The kinds of comprehensive windows in a zone, in their proportion."""


def windows_in(layout: Layout, hall: int, size: Size) -> int:
    """How many windows the ``hall``-th hall has, from 1."""
    if size is Size.SMALL:
        return SMALL_HALL[layout]
    each, more = divmod(WINDOWS[layout], HALLS)
    return each + (hall <= more)


def windows(layout: Layout, hall: int, size: Size) -> tuple[Window, ...]:
    """The windows of a hall: those of departments, on two floors; or comprehensive ones in two zones on the ground floor."""
    number = windows_in(layout, hall, size)
    if layout is Layout.BEFORE:
        return tuple(
            Window(
                window_id=f"{department}-{zone[0]}{place // len(QUEUES) + 1}",
                kind=WindowKind.DEPARTMENT,
                zone=zone,
                department=department,
                floor=1 + (department > "health"),
            )
            for place, (department, zone) in enumerate(islice(cycle(QUEUES), number))
        )
    halves = {NATURAL: number - number // 2, LEGAL: number // 2}
    return tuple(
        Window(window_id=f"{zone[0].upper()}{place:02d}", kind=kind, zone=zone, floor=1)
        for zone, own in halves.items()
        for place, kind in enumerate(islice(cycle(COMPREHENSIVE), own), start=1)
    )
