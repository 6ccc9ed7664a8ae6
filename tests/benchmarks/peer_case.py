"""The peers' case: an aggregate of ten events in eventsourcing's ordinary way, of about the bytes that ours have.

Imports nothing of ours: a peer in an environment of its own runs it too.
"""

from datetime import UTC, datetime
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

EVENTS = 10
START = datetime(2025, 3, 3, 1, 0, tzinfo=UTC)
BOX = "ab" * 28


class Matter(Aggregate):
    """A case: received, then one step after the other."""

    @event("Registered")
    def __init__(
        self, applicant: str, box: str, item: str, hall: str, window: str, actor: str, command: str, at: datetime
    ) -> None:
        self.applicant, self.box, self.item = applicant, box, item
        self.hall, self.window, self.actor, self.command, self.at = hall, window, actor, command, at
        self.steps: list[str] = []

    @event("StepTaken")
    def take(self, step: str, actor: str, role: str, department: str, hall: str, command: str, at: datetime) -> None:
        """One step."""
        self.steps.append(step)
        self.actor, self.at = actor, at


class Matters(Application[UUID]):
    """The peers' application."""


def matter(number: int) -> Matter:
    """A matter of ten events."""
    case = f"b{number}"
    made = Matter("P1", BOX, "restaurant", "H1", "W1", "F1", f"{case}/c10", START)
    for step in range(1, EVENTS):
        made.take(f"restaurant:step-{step}", "F1", "front_desk", "market", "H1", f"{case}/c{step}", START)
    return made
