"""Loading a folder: what differs from the city becomes commands, which are tried first and then recorded together."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from adapters.bootstrap import Installation
from adapters.files.city import catalogue_part, department_part, hall_part, references, staff_part
from adapters.files.city.folder import Folder, read_folder
from adapters.files.city.load_step import Difference, Step
from adapters.files.city.problems import BadFolder, Problem, refused
from adapters.services.envelope import OF_ITS_OWN, Envelope
from domain.city import City
from domain.errors import OfficeError
from domain.evolving import evolve, fold
from domain.people.joining import RegisterFirstOperator
from domain.record import Act, Actor, Record
from domain.sealing import Sealed

History = Callable[[str], Iterable[Record]]
"""The records of a history by its stream id."""


class OpenVault:
    """Seals nothing: what is only tried needs no keys."""

    def seal(self, key: str, field: str, text: str) -> Sealed:
        return Sealed(key=key, box="")

    def open(self, field: str, sealed: Sealed) -> str:
        return sealed.box


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did: a sentence a step, the last position, and what the city has that no file says."""

    steps: tuple[str, ...]
    position: int
    only_in_city: tuple[str, ...]


def check(path: Path, now: datetime) -> dict[str, int]:
    """How many departments, halls, people, items and packages a folder has, if an empty city could be made of it.

    Raises ``BadFolder`` with every problem, ``OSError``. Looks into no database.
    """
    folder = read_folder(path)
    compared(folder, Difference(City(), None, now, reason="-"), lambda stream_id: ())
    return folder.counted()


def load(
    installation: Installation,
    path: Path,
    by: Actor,
    *,
    reason: str | None = None,
    remove: bool = False,
    dry_run: bool = False,
    envelope: Envelope = OF_ITS_OWN,
) -> Loaded:
    """Record what a folder says and the city does not: all of it or nothing. What the city only has stays.

    ``remove`` closes the windows that no file names. Raises ``BadFolder`` with every problem, ``OSError``.
    """
    folder = read_folder(path)
    difference = Difference(
        installation.office.city(),
        by,
        envelope.moment(installation.now()),
        installation.vault,
        reason=reason,
        remove=remove,
        envelope=envelope,
    )
    compared(folder, difference, installation.office.records)
    steps = difference.steps
    receipts = [] if dry_run or not steps else installation.office.execute_together([step.command for step in steps])
    position = receipts[-1].position if receipts else 0
    return Loaded(tuple(step.what for step in steps), position, tuple(difference.only_in_city))


def compared(folder: Folder, difference: Difference, history: History) -> None:
    """Fill in how a folder differs from a city. Raises ``BadFolder``."""
    difference.problems += references.problems(folder, difference.city)
    if not difference.problems:
        department_part.compare(folder.departments, difference)
        hall_part.compare(folder.halls, difference)
        staff_part.compare(folder.staff, difference)
        hall_part.compare_rotas(folder.halls, difference)
        founding_first(difference)
        catalogue_part.compare_items(folder.items, difference)
        catalogue_part.withdrawals(folder.items, difference)
        catalogue_part.compare_packages(folder.packages, difference)
    if not difference.problems:
        difference.problems += tried(difference.steps, difference.city, history, difference.now)
    if difference.problems:
        raise BadFolder(difference.problems)


def founding_first(difference: Difference) -> None:
    """Put the first operator before everything else, which an operator gives."""
    difference.steps.sort(key=lambda step: not isinstance(step.command, RegisterFirstOperator))


def tried(steps: Iterable[Step], city: City, history: History, now: datetime) -> list[Problem]:
    """What the office would refuse of these steps, one after the other."""
    city, vault = city.copy(), OpenVault()
    states: dict[str, Any] = {}
    failed: set[str] = set()
    problems: list[Problem] = []
    for step in steps:
        stream_id = step.command.stream_id
        if stream_id in failed:
            continue
        state = states.get(stream_id)
        if state is None:
            state = fold(step.command.new(), history(stream_id))
        command = step.command.sealed(vault).timed(state, now)
        try:
            command.in_time(state)
            events = command.decide(state, city)
        except OfficeError as refusal:
            failed.add(stream_id)
            problems.append(refused(step.at.file, step.at.line, refusal))
            continue
        act = Act(
            actor=command.actor,
            command_id=command.command_id,
            correlation_id=command.command_id,
            occurred_at=command.occurred_at.astimezone(UTC),
        )
        for event in events:
            record = Record(stream_id, state.version + 1, event, act)
            state = evolve(state, record)
            city.learn(record)
        states[stream_id] = state
    return problems
