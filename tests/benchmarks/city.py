"""The log that is read and folded: a simulated city, made by the real commands once and appended to each database."""

from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path

from eventsourcing.persistence import JSONTranscoder
from msgspec.structs import replace

from adapters.bootstrap import Installation, installation
from adapters.settings import Settings
from adapters.simulation.plan import Plan
from adapters.simulation.simulation import simulate
from adapters.store import migrate
from adapters.store.codec import RecordMapper
from domain.history import APPLICATIONS
from domain.office.office import CommandKey
from domain.record import Record
from tests.benchmarks.place import Place

EVENTS_A_CASE = 17
"""About, in the simulated city: each case is followed to its end."""
COPIES = 16
"""How often each simulated case stands in the log, about; simulating all of them would take minutes."""
AT_ONCE = 1_000


def city(place: Place, events: int) -> Installation:
    """An installation with the log of a city of at least so many events: whole cases, many of them under way at any moment."""
    made = place.installation()
    mapper = RecordMapper(JSONTranscoder())
    stored = (mapper.to_stored_event(record) for record in _log(place.folder, events))
    commands = 0
    while rows := list(islice(stored, AT_ONCE)):
        commands += 1
        made.office.recorder.insert_events(rows, commands=[CommandKey(f"city/{commands}", bytes(32), len(rows))])
    return made


def _log(folder: Path, events: int) -> Iterator[Record]:
    """The simulated records; each case stands there as often as it takes, under numbers of its own, side by side."""
    simulated = _simulated(folder, max(1, events // EVENTS_A_CASE // COPIES))
    cases = sum(record.originator_id.startswith(APPLICATIONS) for record in simulated)
    times = -(-(events - len(simulated) + cases) // cases)
    for record in simulated:
        if record.originator_id.startswith(APPLICATIONS):
            for copy in range(times):
                yield replace(record, originator_id=f"{record.originator_id}-{copy}")
        else:
            yield record


@cache
def _simulated(folder: Path, applicants: int) -> list[Record]:
    """The records of a hall to which so many applicants come on one day."""
    url = f"sqlite:///{folder}/city-of-{applicants}.db"
    migrate.upgrade(url)
    with installation(Settings(database_url=url, master_key_file=folder / "key")) as made:
        simulate(made, Plan(halls=1, days=1, seed=1, arrivals_a_day=applicants), lambda done, total: None)
        return [row.record() for row in made.log.read(0, made.log.head(), 10**9)]
