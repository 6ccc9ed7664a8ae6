"""What somebody asks the office to do. A command is validated where it enters and decided on a history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from domain.errors import RuleBroken
from domain.record import ADDED, Actor, CommandId, Event, Role, Source
from domain.sealing import Vault

if TYPE_CHECKING:
    from domain.city import City
    from domain.hall.hall import Duty


LIVE = datetime.max.replace(tzinfo=UTC)
"""As ``occurred_at`` of a command: now. Such a command takes its time when it is decided (``Command.timed``)."""
TOLERANCE = timedelta(minutes=5)
"""How far the clocks of two desks may differ, and a desk's clock be ahead of the store's."""


class Command(BaseModel):
    """The part every command has: its own id, who asks, and when it happened (aware, kept as UTC).

    Without ``occurred_at`` it is live: it happens when it is decided. A time that is given stays as it is given.

    The same ``command_id`` with the same content is one effect and answers the same (rule 8).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)  # a program uses few of them
    roles: ClassVar[frozenset[Role]] = frozenset()
    """Who may give it (``domain.office.rights``)."""
    duty: ClassVar[Duty | None] = None
    """What somebody at a window with a rota must be assigned to do there; None: to be assigned there is enough."""
    at_the_door: ClassVar[bool] = False
    """Whether a front desk gives it at the door of the hall, where no window is."""
    of_department: ClassVar[str | None] = None
    """Which department's people alone may give it, in words (rule 5)."""
    founding: ClassVar[bool] = False
    """Whether it is given before there is any staff."""

    command_id: CommandId
    actor: Actor
    occurred_at: AwareDatetime = LIVE
    correlation_id: CommandId | None = None
    causation_id: CommandId | None = None
    source: Source | None = None
    expected_version: Annotated[int | None, Field(ge=0), ADDED] = None
    """How many events the history had that its sender saw; a command that is given on an older sight is refused."""

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

    def place_of(self, state: Any) -> str | None:
        """The hall that it is about, if any: whose people may give it (``domain.office.acting``)."""
        return self.hall_of(state)

    def zone_of(self, state: Any) -> str | None:
        """The zone of the hall in which it is dealt with, if any (``domain.office.rights``)."""
        return None

    @property
    def named_window(self) -> str | None:
        """The window at which it says that it is given, if it says so."""
        return self.actor.window

    def applicant_of(self, state: Any) -> str | None:
        """The number of the applicant whose matter it is, if any: an applicant acts on their own (``domain.office.rights``)."""
        return None

    def for_anybody(self, state: Any) -> bool:
        """Whether an applicant may give it about what is nobody's: a place in a queue, a rating without a name."""
        return False

    def not_before(self, state: Any) -> datetime | None:
        """The moment (UTC) before which it cannot have happened on this state, if there is one (rule 7)."""
        return None

    def timed(self, state: Any, now: datetime) -> Self:
        """The command with the time at which it happened; ``now`` is that of a live one.

        The clock of another desk, which changed the same history, may be ahead by less than ``TOLERANCE``. A live command
        then happens at that desk's time, so that two desks do not refuse each other.
        """
        if self.occurred_at != LIVE:
            return self
        last = self.not_before(state)
        ahead = last is not None and now < last < now + TOLERANCE
        return self.model_copy(update={"occurred_at": last if ahead else now})

    def in_time(self, state: Any) -> None:
        """Raise ``RuleBroken`` if it happened before what is recorded already and may not (rule 7)."""
        last = self.not_before(state)
        if last is not None and self.occurred_at < last:
            raise RuleBroken(
                "rule 7",
                f"{self.stream_id} was last changed at {last.isoformat()}, after {self.occurred_at.isoformat()}; "
                "a clock never runs backwards, so enter changes in their order",
            )

    def decide(self, state: Any, city: City) -> Sequence[Event]:
        """The events that follow, none when there is nothing to do.

        Raises an ``OfficeError`` when a rule forbids it. Pure: the same state and city give the same answer.
        """
        raise NotImplementedError

    def sealed(self, vault: Vault) -> Self:
        """The command with its personal data sealed; the command itself when it carries none."""
        return self
