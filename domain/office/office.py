"""The office: takes commands, decides them on the history, and records what follows. Persistence comes in as a port."""

from __future__ import annotations

import hashlib
from abc import abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from eventsourcing import application as eventsourcing
from eventsourcing.persistence import ApplicationRecorder, InfrastructureFactory, IntegrityError
from eventsourcing.utils import Environment, EnvType

from domain.application.state import Application
from domain.city import City
from domain.command import TOLERANCE, Command
from domain.errors import (
    Change,
    CommandReused,
    NotAllowed,
    OfficeError,
    Outdated,
    Overtaken,
    RuleBroken,
    UnknownReference,
)
from domain.evolving import evolve, fold
from domain.history import FOLLOWED
from domain.number_of import number_of
from domain.office.deciding import decide
from domain.recent import Recent
from domain.record import Record
from domain.sealing import Vault

ATTEMPTS = 200
"""How often a command is decided anew when others change its case in between. Whoever loses a race knows that another won it:
with sixteen rivals who never rest, one command in half a million would lose so many in a row."""
STATES_AT_HAND = 1_000
"""States kept in memory between commands, the latest ones."""


@dataclass(frozen=True, slots=True)
class CommandKey:
    """What the store keeps of a command: its id, the digest of its content, and how many events it made."""

    command_id: str
    digest: bytes
    events: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer to a command: where its last event stands. ``repeated`` says that it was recorded before."""

    command_id: str
    stream_id: str
    version: int
    position: int
    repeated: bool = False


class OfficeRecorder(ApplicationRecorder):
    """The port: what the office asks of a store beyond what every eventsourcing application does.

    ``insert_events`` takes ``commands``: a ``CommandKey`` for each run of events, in their order. All is
    recorded or nothing; a command id that is known already raises ``IntegrityError``, as a lost race does.
    """

    @abstractmethod
    def select_history(self, stream_id: str, after: int) -> list[Record]:
        """The records of one history after a version, in their order."""

    @abstractmethod
    def select_streams(self, stream_ids: Sequence[str]) -> list[Record]:
        """All records of these histories, each history in its order."""

    @abstractmethod
    def select_city(self, after: int) -> list[Record]:
        """The records of halls, departments and items after a position of the log."""

    @abstractmethod
    def city_position(self) -> int:
        """The position of the last such event, 0 when there is none."""

    @abstractmethod
    def select_answers(self, command_ids: Sequence[str]) -> dict[str, tuple[bytes, Receipt]]:
        """Digest and receipt of those of the commands that were recorded before."""


class Office(eventsourcing.Application[str]):
    """The use cases. ``now`` gives the recording time (aware); ``vault`` seals personal data; ``attempted`` is told of
    each command that its actor may not give.

    One instance serves one thread, with ``beside`` the office of another one, whose store it shares; several
    processes may work on one store at once.
    """

    recorder: OfficeRecorder

    def __init__(
        self,
        env: EnvType,
        *,
        vault: Vault,
        now: Callable[[], datetime],
        attempted: Callable[[Command, NotAllowed], None],
        beside: Office | None = None,
    ) -> None:
        self._beside = beside
        self._attempted = attempted
        super().__init__(env)
        self.vault = vault
        self.now = now
        self._city = City()
        self._at_hand: Recent[str, Any] = Recent(STATES_AT_HAND)

    def construct_factory(self, env: Environment) -> InfrastructureFactory[Any]:
        """What makes the recorder: that of the office beside, where there is one."""
        return self._beside.factory if self._beside else super().construct_factory(env)

    def execute(self, command: Command) -> Receipt:
        """Decide a command and record its events: all of them or none.

        Raises an ``OfficeError`` when a rule forbids it; then nothing has changed. The same command again
        answers as before (rule 8). A lost race is decided again on the fresh state.
        """
        answer = self.execute_all([command])[0]
        if isinstance(answer, OfficeError):
            raise answer
        return answer

    def execute_all(self, commands: Sequence[Command]) -> list[Receipt | OfficeError]:
        """Decide many commands in their order and record what follows in one transaction.

        The answer has a receipt or the refusal for each; a refused one records nothing, the others stand. Each sees what
        those before it did, and has a command id of its own.
        """
        return self._execute(commands, together=False)

    def execute_together(self, commands: Sequence[Command]) -> list[Receipt]:
        """Decide many commands in their order and record what follows, all of it or nothing.

        Raises the first refusal. Each is decided by the city as those before it made it: an item may need a department
        that is new in the same call.
        """
        return [answer for answer in self._execute(commands, together=True) if isinstance(answer, Receipt)]

    def _execute(self, commands: Sequence[Command], *, together: bool) -> list[Receipt | OfficeError]:
        sealed = [command.sealed(self.vault) for command in commands]
        first: dict[str, Command] = {}
        for command in sealed:
            first.setdefault(command.command_id, command)
        if len(first) == len(sealed):
            return self._raced(sealed, together=together)
        if together and (other := next((c for c in sealed if _digest(c) != _digest(first[c.command_id])), None)):
            raise _reused(other)
        answers = dict(zip(first, self._raced(list(first.values()), together=together), strict=True))
        # One that is given again is answered as in a later call.
        return [
            answers.pop(command.command_id)
            if command.command_id in answers
            else self._raced([command], together=together)[0]
            for command in sealed
        ]

    def _raced(self, commands: Sequence[Command], *, together: bool) -> list[Receipt | OfficeError]:
        for attempt in range(ATTEMPTS):
            try:
                return self._attempt(commands, look_first=attempt > 0 or len(commands) > 1, together=together)
            except IntegrityError:
                continue
        raise Overtaken(
            f"others changed {commands[0].stream_id} {number_of(ATTEMPTS, 'time')} meanwhile; nothing was recorded, try again"
        )

    def city(self) -> City:
        """Halls, departments and catalogue as recorded up to now."""
        if self.recorder.city_position() != self._city.position:
            for record in self.recorder.select_city(self._city.position):
                self._city.learn(record)
        return self._city

    def history(self, case_id: str) -> list[Record]:
        """Every record of a case in its order. Raises ``UnknownReference`` for an unknown one."""
        records = self.records(f"application/{case_id}")
        if not records:
            raise UnknownReference(f"case {case_id} is not known; check the number")
        return records

    def records(self, stream_id: str) -> list[Record]:
        """Every record of a history in its order; none of one that nobody began."""
        return self.recorder.select_history(stream_id, 0)

    def case(self, case_id: str) -> Application:
        """A case as it stands. Raises ``UnknownReference`` for an unknown one."""
        return fold(Application(case_id=case_id), self.history(case_id))

    def _attempt(self, commands: Sequence[Command], *, look_first: bool, together: bool) -> list[Receipt | OfficeError]:
        digests = [_digest(command) for command in commands]
        answered = self._answers(commands) if look_first else {}
        states = self._states([c for c in commands if c.command_id not in answered])
        city, seen = self.city(), None
        if any(not command.stream_id.startswith(FOLLOWED) for command in commands):
            seen = (
                city.position
            )  # commands about the city are decided one after the other, whatever history they are of
            city = city.copy()
        answers: list[Receipt | OfficeError | None] = []
        records: list[Record] = []
        keys: list[CommandKey] = []
        for command, digest in zip(commands, digests, strict=True):
            if command.command_id in answered:
                answers.append(_same(command, digest, *answered[command.command_id]))
                continue
            try:
                made = self._decide(command, states, city)
            except OfficeError as refusal:
                before = self._answers([command]).get(command.command_id)
                if before is None and isinstance(refusal, NotAllowed):
                    self._attempted(command, refusal)
                answers.append(_same(command, digest, *before) if before else refusal)
                continue
            if made:
                if not command.stream_id.startswith(FOLLOWED):
                    for record in made:
                        city.learn(record)
                records += made
                keys.append(CommandKey(command.command_id, digest, len(made)))
                answers.append(None)
            elif before := self._answers([command]).get(command.command_id):
                answers.append(_same(command, digest, *before))
            else:  # all stands already as it asks
                version = states[command.stream_id].version
                answers.append(Receipt(command.command_id, command.stream_id, version, 0, repeated=True))
        if together and (refused := next((each for each in answers if isinstance(each, OfficeError)), None)):
            raise refused
        complete = self._append(commands, answers, records, keys, seen)
        for stream_id, state in states.items():
            self._at_hand.keep(stream_id, state)  # it is recorded; the next command only reads what came after it
        return complete

    def _append(
        self,
        commands: Sequence[Command],
        answers: Sequence[Receipt | OfficeError | None],
        records: Sequence[Record],
        keys: Sequence[CommandKey],
        city_seen: int | None,
    ) -> list[Receipt | OfficeError]:
        stored = [self.mapper.to_stored_event(record) for record in records]
        positions = self.recorder.insert_events(stored, commands=keys, city_seen=city_seen) or ()
        last = -1
        complete: list[Receipt | OfficeError] = []
        made = iter(keys)
        for command, answer in zip(commands, answers, strict=True):
            if answer is not None:
                complete.append(answer)
                continue
            last += next(made).events
            version = records[last].originator_version
            complete.append(Receipt(command.command_id, command.stream_id, version, positions[last]))
        return complete

    def _decide(self, command: Command, states: dict[str, Any], city: City) -> list[Record]:
        """The records that follow from a command; ``states`` moves on with them."""
        state = states[command.stream_id]
        recorded_at = self.now().astimezone(UTC)
        command = command.timed(state, recorded_at)
        if command.occurred_at > recorded_at + TOLERANCE:
            raise RuleBroken(
                "rule 11",
                f"occurred_at {command.occurred_at} lies in the future of {recorded_at}; check the desk's clock",
            )
        try:
            made, after = decide(command, state, city, recorded_at)
        except NotAllowed:
            raise  # whoever may not act is not told what happened
        except OfficeError:
            self._check_sight(command, state)  # what changed is often why it is refused
            raise
        self._check_sight(command, state)
        states[command.stream_id] = after
        return made

    def _check_sight(self, command: Command, state: Any) -> None:
        """Raise ``Outdated`` with what happened since, where the sender saw another version than there is."""
        seen = command.expected_version
        if seen is None or seen == state.version:
            return
        changes = [_change(record) for record in self.recorder.select_history(command.stream_id, seen)]
        raise Outdated(command.stream_id, seen, state.version, changes)

    def _states(self, commands: Iterable[Command]) -> dict[str, Any]:
        states = {command.stream_id: command.new() for command in commands}
        if len(states) == 1:
            ((stream_id, state),) = states.items()
            state = self._at_hand.get(stream_id, state)
            states[stream_id] = fold(state, self.recorder.select_history(stream_id, state.version))
        elif states:
            for record in self.recorder.select_streams(list(states)):
                states[record.originator_id] = evolve(states[record.originator_id], record)
        return states

    def _answers(self, commands: Iterable[Command]) -> dict[str, tuple[bytes, Receipt]]:
        return self.recorder.select_answers([command.command_id for command in commands])


def _digest(command: Command) -> bytes:
    return hashlib.sha256(f"{type(command).__name__} {command.model_dump_json()}".encode()).digest()


def _same(command: Command, digest: bytes, known_digest: bytes, known: Receipt) -> Receipt | OfficeError:
    return known if digest == known_digest else _reused(command)


def _reused(command: Command) -> CommandReused:
    return CommandReused(
        f"command {command.command_id} was recorded before with other content; give a new command its own id [rule 8]"
    )


def _change(record: Record) -> Change:
    event, act = record.event, record.act
    return Change(
        record.originator_version, event.type_name, event.title, act.actor.person, act.actor.role, act.occurred_at
    )
