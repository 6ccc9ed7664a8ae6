"""Refusal to accept of one item of several (单项不予受理): its paper is delivered, and the others go their way (article 32)."""

from __future__ import annotations

from msgspec.structs import replace

from domain.application.components import ItemResult
from domain.application.state import Application
from domain.application.terms import NotAccepted
from domain.record import Act, Event, event


@event("application.part_not_accepted", "单项不予受理 part not accepted")
class PartNotAccepted(Event):
    """One item of the application is not accepted. ``content_hash`` is of the paper about it, which waits to be handed over.

    Fields as of ``AcceptanceRefused``.
    """

    item_id: str
    ground: NotAccepted
    materials: tuple[str, ...]
    reasons: str
    legal_basis: str
    remedies: str
    content_hash: str
    competent_office: str | None = None

    def evolve(self, state: Application, act: Act) -> Application:
        here = state.mark(act)
        paper = ItemResult(decided=here, ready=here)
        return replace(
            state,
            withdrawn_parts=(*state.withdrawn_parts, self.item_id),
            parts_not_accepted={**state.parts_not_accepted, self.item_id: paper},
        )
