"""Giving commands as the people of a simulated hall do; one that is refused ends the matter, and is told."""

from dataclasses import dataclass

import structlog

from adapters.bootstrap import Installation
from adapters.simulation.agenda import Agenda
from domain.command import Command
from domain.errors import OfficeError
from domain.record import Actor

log = structlog.get_logger()


class Abandoned(Exception):
    """A command was refused; the matter is not followed any further."""


@dataclass(slots=True)
class Tally:
    """What was asked and answered so far; ``added`` counts commands that were not recorded before."""

    applications: int = 0
    commands: int = 0
    added: int = 0
    refused: int = 0


class Acting:
    """Gives the commands of one matter, numbered, at the agenda's time."""

    def __init__(self, installation: Installation, agenda: Agenda, tally: Tally, name: str) -> None:
        self.given = 0
        self._house, self._agenda, self._tally, self._name = installation, agenda, tally, name

    def __call__(self, command: type[Command], actor: Actor, **fields: object) -> None:
        """Give a command. Raises ``Abandoned`` when it is refused."""
        self.given += 1
        given = {
            "command_id": f"sim/{self._name}/{self.given}",
            "correlation_id": f"sim/{self._name}",
            "actor": actor,
            "occurred_at": self._agenda.now,
        }
        try:
            receipt = self._house.office.execute(command.model_validate({**given, **fields}))
        except OfficeError as refusal:
            log.warning("the simulation gave a command that was refused", matter=self._name, refusal=str(refusal))
            self._tally.refused += 1
            raise Abandoned from refusal
        self._tally.commands += 1
        self._tally.added += not receipt.repeated
