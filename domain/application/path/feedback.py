"""Feedback (窗口反馈): the result handed over to the applicant or a proxy, by post or online; refused; or never collected."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec.structs import replace

from domain.application.command import CaseCommand, in_status
from domain.application.parts import held_back
from domain.application.path.materials import ContentHash
from domain.application.state import Application, Status
from domain.catalogue.separation import Station
from domain.errors import RuleBroken
from domain.hall.hall import Duty
from domain.record import ADDED, Act, Event, Identifier, Naming, Role, Text, event
from domain.sealing import Sealed, Vault

if TYPE_CHECKING:
    from domain.city import City


class Delivery(StrEnum):
    """How a result reaches its applicant."""

    WINDOW = "window"
    POST = "post"
    ONLINE = "online"


class Receiver(StrEnum):
    """Who took a result at a window."""

    APPLICANT = "applicant"
    PROXY = "proxy"


class Failure(StrEnum):
    """Why a handing over came to nothing."""

    REFUSED = "refused"
    NOT_FOUND = "not_found"
    SENT_BACK = "sent_back"


@event("application.result_issued", schema=3)
class ResultIssued(Event):
    """The result, or the paper by which acceptance is refused, is in the applicant's hands; the case ends here.

    ``delivery`` is None only where an imported log does not say. Schema 2 says who took it and how that was checked:
    ``mandate`` is the content hash of a proxy's authority, ``tracking`` the number of the post. Schema 3 keeps what the code for
    the rating is known by (``domain.application.path.rating_code``).
    """

    delivery: Delivery | None
    window: str | None = None
    receiver: Sealed | None = None
    taken_by: Receiver | None = None
    identity_checked: bool | None = None
    mandate: str | None = None
    tracking: str | None = None
    rating_code: str | None = None

    def evolve(self, state: Application, act: Act) -> Application:
        here = state.mark(act)
        by = act.actor.person if act.actor.role is Role.ISSUER else None
        status = Status.ISSUED if state.not_accepted is None else Status.NOT_ACCEPTED
        return replace(state, status=status, issued=here, ended=here, issued_by=by, rating_code=self.rating_code)


@event("application.handing_over_failed")
class HandingOverFailed(Event):
    """Somebody tried to hand the result over, in vain. It stays where it is."""

    delivery: Delivery
    failure: Failure
    note: str | None = None

    def evolve(self, state: Application, act: Act) -> Application:
        return state


def to_be_handed_over(case: Application, action: str) -> None:
    """Raise ``RuleBroken`` unless a result waits, or the paper by which acceptance is refused."""
    refused = (Status.NOT_ACCEPTED,) if case.not_accepted is not None and case.ended is None else ()
    in_status(case, action, "rule 1", Status.RESULT_READY, Status.UNCOLLECTED, *refused)


class IssueResult(CaseCommand):
    """Hand the result over, or the paper by which acceptance is refused. Nothing is issued while a deferred material is missing.

    At a window whoever takes it shows who they are, a proxy also a mandate; a letter has its tracking number. With each goes a
    code for the rating; ``rating_code`` is what is kept of it.
    """

    roles: ClassVar = frozenset({Role.ISSUER})
    station: ClassVar = Station.ISSUING
    duty: ClassVar = Duty.FEEDBACK
    delivery: Delivery
    window: Identifier | None = None
    receiver: Text | Sealed | None = None
    taken_by: Receiver | None = None
    identity_checked: bool = False
    mandate: ContentHash | None = None
    tracking: Naming | None = None
    rating_code: Annotated[ContentHash | None, ADDED] = None

    def sealed(self, vault: Vault) -> IssueResult:
        if not isinstance(self.receiver, str):
            return self
        key = f"receiver/{self.case_id}"
        return self.model_copy(update={"receiver": vault.seal(key, "receiver", self.receiver)})

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        to_be_handed_over(case, "issuing the result")
        if missing := held_back(case, city):
            raise RuleBroken(
                "deferred acceptance",
                f"case {self.case_id}: {', '.join(missing)} not handed in and accepted yet; nothing is issued before",
            )
        self._check_window(case, city)
        self._check_receiver()
        self._check_code()
        assert not isinstance(self.receiver, str)
        return [
            ResultIssued(
                delivery=self.delivery,
                window=self.window,
                receiver=self.receiver,
                taken_by=self.taken_by,
                identity_checked=self.identity_checked or None,
                mandate=self.mandate,
                tracking=self.tracking,
                rating_code=self.rating_code,
            )
        ]

    def _check_receiver(self) -> None:
        if self.delivery is Delivery.WINDOW and not (self.taken_by and self.receiver and self.identity_checked):
            raise RuleBroken(
                "feedback", "at a window a result is given to a receiver who is named and whose identity was checked"
            )
        if (self.taken_by is Receiver.PROXY) != (self.mandate is not None):
            raise RuleBroken("feedback", "a proxy shows a mandate, and only a proxy does")
        if (self.delivery is Delivery.POST) != (self.tracking is not None):
            raise RuleBroken("feedback", "a tracking number is named exactly when the result is sent by post")

    def _check_code(self) -> None:
        if self.rating_code is None:
            raise RuleBroken(
                "evaluation",
                "rating_code: with a result goes a code for its rating, so that nobody rates in the applicant's place; "
                "`onewindow case hand-over` makes it",
            )

    def _check_window(self, case: Application, city: City) -> None:
        if (self.delivery is Delivery.WINDOW) != (self.window is not None):
            raise RuleBroken("feedback", "a window is named exactly when the result is handed over at one")
        if self.window is None or case.hall is None:
            return
        if not city.hall(case.hall).window(self.window).issues:
            raise RuleBroken("feedback", f"window {self.window} of hall {case.hall} does not hand out results")


class RecordFailure(CaseCommand):
    """Enter that the result could not be handed over: it was refused, nobody was there, or the post sent it back."""

    roles: ClassVar = frozenset({Role.ISSUER})
    station: ClassVar = Station.ISSUING
    duty: ClassVar = Duty.FEEDBACK
    delivery: Delivery
    failure: Failure
    note: Text | None = None

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        to_be_handed_over(case, "a handing over")
        return [HandingOverFailed(delivery=self.delivery, failure=self.failure, note=self.note)]
