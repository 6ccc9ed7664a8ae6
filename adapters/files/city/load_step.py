"""One step of loading a folder: a command, the line that asks for it, and what it does in a sentence."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from adapters.files.city.problems import Problem
from adapters.services.envelope import OF_ITS_OWN, Envelope
from domain.city import City
from domain.command import Command
from domain.record import Actor, Role
from domain.sealing import Vault


@dataclass(frozen=True, slots=True)
class Step:
    """A command and why it is given."""

    at: Problem
    """The place; a problem once the office refuses the command."""
    command: Command
    what: str


@dataclass(slots=True)
class Difference:
    """How a folder differs from a city: the steps from one to the other, what cannot be a step, and what only the city has."""

    city: City
    by: Actor | None
    """Who loads the folder; None where it is only checked."""
    now: datetime
    vault: Vault | None = None
    reason: str | None = None
    remove: bool = False
    steps: list[Step] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    only_in_city: list[str] = field(default_factory=list)
    envelope: Envelope = OF_ITS_OWN

    def step(self, at: Problem, kind: type[Command], what: str, **fields: Any) -> None:
        """One more step."""
        given = {"actor": self.by or _checking(fields), **self.envelope.fields(str(len(self.steps) + 1))}
        self.steps.append(Step(at, kind.model_validate({**given, **fields}), what))

    def why(self, at: Problem, reason: str | None) -> str:
        """The reason of a change: that of the entry, else the one given for all. Without one it is a problem."""
        found = reason or self.reason
        if found is None:
            self.problems.append(
                Problem(at.file, at.line, "difference", f"{at.sentence}: say why with `reason` here, or with --reason")
            )
        return found or "-"


def _checking(fields: dict[str, Any]) -> Actor:
    """Who asks where a folder is only checked: the first operator enters themselves."""
    return Actor(person=fields.get("person", "check"), role=Role.OPERATOR)
