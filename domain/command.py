"""What somebody asks the office to do. A command is validated where it enters and decided on a history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict

from domain.record import Actor, CommandId, Event, Role, Source
from domain.sealing import Vault

if TYPE_CHECKING:
    from domain.city import City
    from domain.hall.hall import Duty


class Command(BaseModel):
    """The part every command has: its own id, who asks, and when it happened (aware, kept as UTC).

    The same ``command_id`` with the same content is one effect and answers the same (rule 8).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)  # a program uses few of them
    roles: ClassVar[frozenset[Role]] = frozenset()
    """Who may give it (``domain.office.rights``)."""
    duty: ClassVar[Duty | None] = None
    """What somebody at a window with a rota must be assigned to do there; None: to be assigned there is enough."""

    command_id: CommandId
    actor: Actor
    occurred_at: AwareDatetime
    correlation_id: CommandId | None = None
    causation_id: CommandId | None = None
    source: Source | None = None

    @property
    def stream_id(self) -> str:
        """The history that the command is decided on, for example ``application/2025-0001``."""
        raise NotImplementedError

    def new(self) -> Any:
        """The state of that history before its first event."""
        raise NotImplementedError

    def hall_of(self, state: Any) -> str | None:
        """The hall whose calendar counts for it, if any."""
        return None

    def applicant_of(self, state: Any) -> str | None:
        """The number of the applicant whose matter it is, if any: an applicant acts on their own (``domain.office.rights``)."""
        return None

    def in_time(self, state: Any) -> None:
        """Raise ``RuleBroken`` if it happened before what is recorded already and may not."""

    def decide(self, state: Any, city: City) -> Sequence[Event]:
        """The events that follow, none when there is nothing to do.

        Raises an ``OfficeError`` when a rule forbids it. Pure: the same state and city give the same answer.
        """
        raise NotImplementedError

    def sealed(self, vault: Vault) -> Self:
        """The command with its personal data sealed; the command itself when it carries none."""
        return self
