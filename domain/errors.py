"""The refusals of the office: each says which rule, which values, and what to do now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.exit_code import ExitCode
from domain.number_of import number_of


class OfficeError(Exception):
    """A command or a question that the office cannot take. Its text is one sentence for a person.

    ``exit_code`` is what a command line answers with.
    """

    exit_code = ExitCode.WRONG_USAGE


class UnknownReference(OfficeError):
    """A case, hall, window, department, service item or material that nobody has recorded."""

    exit_code = ExitCode.NOT_FOUND


class RuleBroken(OfficeError):
    """A rule of the office forbids it; ``rule`` is its number in DOMAIN.md or an article of the law."""

    exit_code = ExitCode.RULE_BROKEN

    def __init__(self, rule: str, sentence: str) -> None:
        super().__init__(f"{sentence} [{rule}]")
        self.rule = rule


class AlreadyDone(RuleBroken):
    """What somebody asks for is so already; nothing is left to do."""

    exit_code = ExitCode.ALREADY_DONE


class Taken(RuleBroken):
    """The number or id that was given is that of something that is there, and may be something else."""

    exit_code = ExitCode.CONFLICT


class NotAllowed(OfficeError):
    """Somebody asks for what their role or place does not allow; ``right`` names what is missing."""

    exit_code = ExitCode.NOT_ALLOWED

    def __init__(self, right: str, sentence: str) -> None:
        super().__init__(f"{sentence} [missing right: {right}]")
        self.right = right


class CommandReused(OfficeError):
    """A command id came back with another content (rule 8)."""

    exit_code = ExitCode.CONFLICT


@dataclass(frozen=True, slots=True)
class Change:
    """An event that the sender of a command had not seen: its number, stored name and title, who did it and when (UTC)."""

    event: int
    type: str
    title: str
    person: str
    role: str
    occurred_at: datetime


CHANGES_TOLD = 3
"""So many of the events that the sender of an outdated command did not see are told in its sentence, the last ones."""


class Outdated(OfficeError):
    """The history has changed since its sender looked at it; nothing was recorded. ``changes`` are the events since then."""

    exit_code = ExitCode.OUTDATED

    def __init__(self, history: str, seen: int, version: int, changes: Sequence[Change]) -> None:
        last = "; ".join(
            f"{change.title} by {change.person} ({change.role}) at {change.occurred_at.isoformat(timespec='seconds')}"
            for change in changes[-CHANGES_TOLD:]
        )
        super().__init__(
            f"{history} has {number_of(version, 'event')}, not the {seen} that you saw; "
            f"{f'the last since then: {last}; ' if last else ''}look at it again, then repeat the command"
        )
        self.history, self.seen, self.version, self.changes = history, seen, version, tuple(changes)


class Overtaken(OfficeError):
    """Others changed the case each time the command was decided; nothing was recorded."""

    exit_code = ExitCode.OVERTAKEN
