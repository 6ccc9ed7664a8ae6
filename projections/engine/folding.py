"""From a batch of records to the changes of a view; what a view cannot take is set aside to be parked."""

import gc
import sys
from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from domain.city import City
from domain.errors import OfficeError
from domain.evolving import evolve
from domain.exit_code import ExitCode
from domain.history import FOLLOWED, Followed, begun
from domain.recent import Recent
from domain.record import Record
from projections.engine.log import Log, Logged
from projections.engine.projection import Changes, Row, Transition, View, add_changes

HANDOVER_SECONDS = 0.001
STATES_AT_HAND = 20_000
"""Cases and tickets kept in memory between batches; others are folded from their histories again."""


RowsByView = dict[str, list[Row]]
"""The rows of one history in each view that has taken all of it."""


class ViewStopped(OfficeError):
    """A view cannot go on; it stands where it is until the cause is mended. Nothing is skipped."""

    exit_code = ExitCode.VIEW_STOPPED


@dataclass(frozen=True, slots=True)
class Known:
    """A case or a ticket as it stands, with its rows, so that the next batch need not make them again."""

    state: Followed
    rows: RowsByView = field(default_factory=dict)


@dataclass(slots=True)
class Story:
    """What a batch tells of one case or ticket: its transitions, and the records from one on that cannot be folded.

    ``before`` and ``after`` are its rows before and after the transitions, as far as they are known.
    """

    stream_id: str
    transitions: list[Transition] = field(default_factory=list)
    untold: Sequence[Logged] = ()
    error: str = ""
    before: RowsByView = field(default_factory=dict)
    after: RowsByView = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unapplied:
    """A record that a view could not take, or that follows one in the same history."""

    record: Record | Logged
    error: str


@contextmanager
def no_collector() -> Iterator[None]:
    """Without Python's cycle collector: it looks again and again at all that a batch makes, which has no cycles."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@contextmanager
def quick_handover() -> Iterator[None]:
    """While one thread folds, another that comes back from the database goes on within a millisecond, not Python's five."""
    was = sys.getswitchinterval()
    sys.setswitchinterval(HANDOVER_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(was)


class Folding:
    """Tells the stories of batches, each from where its case or ticket stood before. One instance serves one thread."""

    def __init__(self, log: Log) -> None:
        self.city = City()
        self._log = log
        self._at_hand: Recent[str, Known] = Recent(STATES_AT_HAND)
        self._learned = 0

    def learn_city(self, upto: int) -> None:
        """Know the halls, departments and items as recorded up to a position. Raises ``ViewStopped`` where one cannot be read."""
        if upto <= self._learned:
            return
        for row in self._log.city(self._learned, upto):
            try:
                self.city.learn(row.record())
            except Exception as error:
                raise ViewStopped(
                    f"position {row.position} ({row.originator_id}) cannot be read, and all cases depend on it: {said(error)}; "
                    "fix the cause and try again"
                ) from error
            self._learned = row.position
        self._learned = upto

    def forget(self) -> None:
        """Trust nothing that was kept in memory."""
        self._at_hand.clear()

    def stories(self, records: Iterable[Logged]) -> list[Story]:
        """The stories that consecutive records of the log tell."""
        by_history: dict[str, list[Logged]] = {}
        for record in records:
            if record.originator_id.startswith(FOLLOWED):
                by_history.setdefault(record.originator_id, []).append(record)
        before = self._before(by_history)
        told = []
        for stream_id, own in by_history.items():
            found = before[stream_id]
            if isinstance(found, str):
                told.append(Story(stream_id, untold=own, error=found))
                continue
            story = tell(found.state, own)
            story.before = found.rows
            told.append(story)
            if story.transitions:
                self._at_hand.keep(stream_id, Known(story.transitions[-1].after, story.after))
        return told

    def _before(self, by_history: dict[str, list[Logged]]) -> dict[str, Known | str]:
        """Each case or ticket before its first record; or why it cannot be known."""
        found: dict[str, Known | str] = {}
        missing: dict[str, int] = {}
        for stream_id, records in by_history.items():
            version = records[0].originator_version - 1
            known = self._at_hand.get(stream_id)
            if version and known is not None and known.state.version == version:
                found[stream_id] = known
            else:
                found[stream_id] = Known(begun(stream_id))
                if version:
                    missing[stream_id] = version
        if missing:
            upto = max(by_history[stream_id][0].position for stream_id in missing) - 1
            for record in self._log.histories(list(missing), upto):
                before = found[record.originator_id]
                if isinstance(before, str) or record.originator_version > missing[record.originator_id]:
                    continue
                try:
                    found[record.originator_id] = Known(evolve(before.state, record.record()))
                except Exception as error:
                    found[record.originator_id] = f"follows position {record.position}: {said(error)}"
        return found


def tell(state: Followed, rows: Sequence[Logged]) -> Story:
    """The story of one case or ticket from where it stands."""
    story = Story(rows[0].originator_id)
    for number, row in enumerate(rows):
        try:
            record = row.record()
            after = evolve(state, record)
        except Exception as error:
            story.untold, story.error = rows[number:], said(error)
            break
        story.transitions.append(Transition(state, record, after))
        state = after
    return story


def changes_of(
    view: View, stories: Iterable[Story], city: City, stopped: Container[str] = ()
) -> tuple[Changes, list[Unapplied]]:
    """What the stories change in a view, and what it cannot take; histories that it stopped at before stay as they are."""
    changes = Changes()
    untaken: list[Unapplied] = []
    for story in stories:
        if not story.stream_id.startswith(view.follows):
            continue
        here = story.stream_id in stopped
        taken, error = (0, "follows an event parked before") if here else _taken(changes, view, story, city)
        left: list[Record | Logged] = [transition.record for transition in story.transitions[taken:]]
        left += story.untold
        for record in left:
            untaken.append(Unapplied(record, error or story.error))
            error = f"follows position {left[0].position}"
    return changes, untaken


def _taken(changes: Changes, view: View, story: Story, city: City) -> tuple[int, str]:
    """Add as many transitions as the view can take; how many, and why not the next."""
    if not story.transitions:
        return 0, ""
    try:
        story.after[view.name] = add_changes(changes, view, story.transitions, city, story.before.get(view.name))
    except Exception as whole:
        for number, transition in enumerate(story.transitions):
            try:
                add_changes(Changes(), view, [transition], city)
            except Exception as error:
                if number:
                    add_changes(changes, view, story.transitions[:number], city)
                return number, said(error)
        return 0, said(whole)
    return len(story.transitions), ""


def said(error: Exception) -> str:
    """An error in one line."""
    return f"{type(error).__name__}: {error}"
