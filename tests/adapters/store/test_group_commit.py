"""Appends that wait for another are recorded together, each for itself: a lost race is its own, not its neighbours'."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from threading import Event

from eventsourcing.persistence import IntegrityError

from adapters.store import audit
from adapters.store.codec import NewRow
from adapters.store.group_commit import GroupCommit
from adapters.store.recorder import Recorder
from domain.office.office import CommandKey
from projections.views.all_views import VIEWS
from tests.benchmarks.cases import commands_of, rows_of, whole_case
from tests.projections.city import opened

OTHERS = 6


class Held:
    """Holds the first append of a recorder until so many others wait; counts the transactions."""

    def __init__(self, recorder: Recorder, others: int) -> None:
        self.groups: list[int] = []
        self._commit = recorder._commit
        self._others = others
        self._append = self._commit._append
        self._commit._append = self

    def __call__(self, rows: Sequence[NewRow], keys: Sequence[CommandKey]) -> list[int]:
        first = not self.groups
        self.groups.append(len(keys))
        while first and len(self._commit._waiting) < self._others:
            Event().wait(0.001)
        return self._append(rows, keys)


def rows_and_key(number: int) -> tuple[list[NewRow], list[CommandKey]]:
    rows = rows_of(number)[:2]
    return rows, [CommandKey(f"case {number}", bytes(32), len(rows))]


def findings(database: str) -> list[str]:
    """What is wrong with the log, but for what its commands would decide: the cases of these tests are of no city."""
    found = audit.verify(database, VIEWS, lambda done, total: None).findings
    return [each.what for each in found if "receipt" not in each.what and not each.what.startswith("its command ")]


def test_what_waits_meanwhile_is_recorded_in_one_transaction(database: str, tmp_path: Path) -> None:
    with opened(database, tmp_path) as found:
        recorder = found.office.recorder
        assert isinstance(recorder, Recorder)
        held = Held(recorder, OTHERS)
        with ThreadPoolExecutor(OTHERS + 1) as pool:
            first = pool.submit(recorder.insert_events, rows_and_key(0)[0], commands=rows_and_key(0)[1])
            others = [
                pool.submit(recorder.insert_events, rows, commands=keys)
                for rows, keys in map(rows_and_key, range(1, OTHERS + 1))
            ]
            positions = [list(each.result()) for each in (first, *others)]
        assert held.groups == [1, OTHERS]
        assert sorted(chain.from_iterable(positions)) == list(range(1, 2 * (OTHERS + 1) + 1))
        for mine in positions:
            assert mine[1] == mine[0] + 1
    assert findings(database) == []


def test_one_lost_race_in_a_group_is_refused_alone(database: str, tmp_path: Path) -> None:
    with opened(database, tmp_path) as found:
        recorder = found.office.recorder
        assert isinstance(recorder, Recorder)
        Held(recorder, OTHERS)
        numbers = [0, *range(1, OTHERS), 0]  # the last one appends what the first one did already
        with ThreadPoolExecutor(OTHERS + 1) as pool:
            running = []
            for number in numbers:
                rows, keys = rows_and_key(number)
                running.append(pool.submit(recorder.insert_events, rows, commands=keys))
                while not recorder._commit._turn.locked():
                    Event().wait(0.001)
            refused = [isinstance(each.exception(), IntegrityError) for each in running]
        assert refused == [False] * OTHERS + [True]
        assert recorder.max_notification_id() == 2 * OTHERS


def test_offices_of_several_threads_share_a_store(database: str, tmp_path: Path) -> None:
    with opened(database, tmp_path) as found:
        for command in whole_case().setting_up:
            found.office.execute(command)
        before = found.log.head()
        offices = [found.another_office() for _ in range(4)]
        with ThreadPoolExecutor(len(offices)) as pool:
            done = list(
                pool.map(
                    lambda office, number: [office.execute(c).position for c in commands_of(number)], offices, range(4)
                )
            )
        assert all(positions == sorted(positions) for positions in done)
        assert found.log.head() > before + 4 * 5
    assert findings(database) == []


def test_who_records_for_others_and_is_stopped_leaves_nobody_without_an_answer() -> None:
    first_is_here, go_on = Event(), Event()

    def append(rows: Sequence[NewRow], keys: Sequence[CommandKey]) -> list[int]:
        if not first_is_here.is_set():
            first_is_here.set()
            go_on.wait()
            return [1]
        raise KeyboardInterrupt

    commit = GroupCommit(append)
    rows = rows_of(0)[:1]
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(commit.append, rows, [])
        first_is_here.wait()
        others = [pool.submit(commit.append, rows, []) for _ in range(3)]
        while len(commit._waiting) < len(others):
            Event().wait(0.001)
        go_on.set()
        assert first.result() == [1]
        said = sorted(type(each.exception()).__name__ for each in others)
    assert said == ["DatabaseError", "DatabaseError", "KeyboardInterrupt"]
