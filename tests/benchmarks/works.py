"""The works that are measured, and how much of each."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from projections.engine.rebuild import EVENTS_A_PIECE
from projections.views.all_views import VIEWS
from tests.benchmarks.appending import appending
from tests.benchmarks.catching_up import catching_up
from tests.benchmarks.city import city
from tests.benchmarks.commanding import commanding
from tests.benchmarks.four_writers import four_writers
from tests.benchmarks.loading import loading
from tests.benchmarks.measure import Bar, Work
from tests.benchmarks.peer_projection import RUNNER
from tests.benchmarks.place import Place
from tests.benchmarks.reading import reading
from tests.benchmarks.rebuilding import ONE, rebuilding
from tests.benchmarks.reporting import reporting
from tests.benchmarks.sixteen_threads import sixteen_threads


@dataclass(frozen=True, kw_only=True)
class Size:
    """How much a round does: appended events (one by one; ten by ten), cases, events of a log, rows of a report."""

    rounds: int
    single: int
    tens: int
    commanded: int
    loaded: int
    log: int
    peer_log: int
    projected_by_peer: int
    reported: int


FULL = Size(
    rounds=5,
    single=1_500,
    tens=6_000,
    commanded=20,
    loaded=1_500,
    log=200_000,
    peer_log=10_000,
    projected_by_peer=2_000,
    reported=50_000,
)
QUICK = Size(
    rounds=3,
    single=150,
    tens=1_000,
    commanded=6,
    loaded=100,
    log=5_000,
    peer_log=2_000,
    projected_by_peer=400,
    reported=20_000,
)


def works(place: Place, size: Size) -> dict[str, Callable[[], Work]]:
    """All works on one kind of database by name, each made ready when it is called."""
    log = cache(lambda: city(place, size.log))
    several = [Bar(1.6, ONE)] if size.log > 2 * EVENTS_A_PIECE else []  # two workers have nothing to share in one piece
    return {
        "append 1 event": lambda: appending(place, 1, size.single),
        "append 10 events": lambda: appending(place, 10, size.tens),
        "append 1 event, 4 writers": lambda: four_writers(place, 1, 4 * size.single),
        "append 10 events, 4 writers": lambda: four_writers(place, 10, 4 * size.tens),
        "append 1 event, 16 threads": lambda: sixteen_threads(place, 4 * size.single),
        "whole command": lambda: commanding(place, size.commanded),
        "load a 10-event case": lambda: loading(place, size.loaded),
        "read the global log": lambda: reading(place, log(), size.peer_log, decoded=False),
        "read and decode the log": lambda: reading(place, log(), size.peer_log, decoded=True),
        "catch-up of one view": lambda: catching_up(place, log(), VIEWS[:1], size.projected_by_peer, [Bar(25, RUNNER)]),
        "catch-up of all views": lambda: catching_up(
            place, log(), VIEWS, size.projected_by_peer, [Bar(15_000, ""), Bar(15, RUNNER)]
        ),
        "rebuild of one view": lambda: rebuilding(place, log(), VIEWS[0], 1, [Bar(0.25, otherwise=Bar(40_000, ""))]),
        "rebuild of one view, 2 workers": lambda: rebuilding(place, log(), VIEWS[0], 2, several),
        "report": lambda: reporting(place, log(), size.reported),
    }
