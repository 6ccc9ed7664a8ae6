"""Feedback (窗口反馈): the result handed over to the applicant or a proxy, by post or online; refused; or never collected."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from msgspec.structs import replace

from domain.application.command import CaseCommand, in_status
from domain.application.parts import held_back
from domain.application.path.item_by_item import check_item, result_of, with_result
from domain.application.path.materials import ContentHash
from domain.application.state import Application
from domain.application.terms import Status
from domain.catalogue.separation import Station
from domain.errors import AlreadyDone, RuleBroken
from domain.hall.hall import Duty
from domain.record import ADDED, Act, Event, Identifier, Naming, Role, Text, event
from domain.sealing import Sealed, Vault, sealed_only

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


@event("application.result_issued", "窗口反馈 result issued", schema=3)
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


@event("application.item_issued", "单项窗口反馈 result of an item issued")
class ItemIssued(Event):
    """The result of one item is in the applicant's hands; with the last one the case ends. Fields as of ``ResultIssued``."""

    item_id: str
    delivery: Delivery
    window: str | None = None
    receiver: Sealed | None = None
    taken_by: Receiver | None = None
    identity_checked: bool | None = None
    mandate: str | None = None
    tracking: str | None = None
    rating_code: str | None = None

    def evolve(self, state: Application, act: Act) -> Application:
        here, by = state.mark(act), act.actor.person
        if (paper := state.parts_not_accepted.get(self.item_id)) is not None:
            given = replace(paper, issued=here, issued_by=by, rating_code=self.rating_code)
            return replace(state, parts_not_accepted={**state.parts_not_accepted, self.item_id: given})
        result = result_of(state, self.item_id)
        assert result is not None
        handed_over = replace(result, issued=here, issued_by=by, rating_code=self.rating_code)
        told = replace(state, issued_by=by, rating_code=self.rating_code)
        return with_result(told, self.item_id, handed_over, here)


@event("application.handing_over_failed", "未能送达 handing over failed", schema=2)
class HandingOverFailed(Event):
    """Somebody tried to hand the result over, in vain. It stays where it is. Schema 2 says the item where it was one's alone."""

    delivery: Delivery
    failure: Failure
    note: str | None = None
    item_id: str | None = None

    def evolve(self, state: Application, act: Act) -> Application:
        return state


def to_be_handed_over(case: Application, city: City, action: str, item: str | None) -> None:
    """Raise ``RuleBroken`` unless a result waits, that of the item where one is named, or the paper by which acceptance is refused."""
    if item is not None and item in case.parts_not_accepted:
        if case.parts_not_accepted[item].issued is not None:
            raise AlreadyDone("rule 1", f"the paper about {item} of case {case.case_id} is handed over already")
        return
    if item is not None:
        of_item = (Status.IN_REVIEW, Status.DECIDED, Status.RESULT_READY, Status.UNCOLLECTED)
        in_status(case, f"{action} of an item", "rule 1", *of_item)
        check_item(case, city, item)
        result = result_of(case, item)
        if result is None or result.ready is None or result.issued is not None:
            over = result is not None and result.issued is not None
            how = "handed over already" if over else "not ready yet"
            raise RuleBroken("rule 1", f"the result of {item} of case {case.case_id} is {how}")
        return
    waiting = [name for name, result in case.item_results.items() if result.ready is not None and result.issued is None]
    if waiting and case.status in (Status.IN_REVIEW, Status.DECIDED):
        raise RuleBroken(
            "rule 1", f"item_id: only {' and '.join(waiting)} of case {case.case_id} is ready; name that item"
        )
    refused = (Status.NOT_ACCEPTED,) if case.not_accepted is not None and case.ended is None else ()
    in_status(case, action, "rule 1", Status.RESULT_READY, Status.UNCOLLECTED, *refused)


class IssueResult(CaseCommand):
    """Hand the result over, or the paper by which acceptance is refused. Nothing is issued while a deferred material is missing.

    At a window whoever takes it shows who they are, a proxy also a mandate; a letter has its tracking number. With each goes a
    code for the rating; ``rating_code`` is what is kept of it. With ``item_id`` the result of that item alone is handed over, where
    the package hands over each as it is done.
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
    item_id: Annotated[Identifier | None, ADDED] = None

    @property
    def named_window(self) -> str | None:
        return self.window or self.actor.window

    def sealed(self, vault: Vault) -> IssueResult:
        if not isinstance(self.receiver, str):
            return self
        key = f"receiver/{self.case_id}"
        return self.model_copy(update={"receiver": vault.seal(key, "receiver", self.receiver)})

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        to_be_handed_over(case, city, "issuing the result", self.item_id)
        if missing := held_back(case, city, self.item_id):
            raise RuleBroken(
                "deferred acceptance",
                f"case {self.case_id}: {', '.join(missing)} not handed in and accepted yet; have it handed in and accepted before the result is issued",
            )
        self._check_window(case, city)
        self._check_receiver()
        self._check_code()
        facts: dict[str, Any] = {
            "delivery": self.delivery,
            "window": self.named_window if self.delivery is Delivery.WINDOW else None,
            "receiver": sealed_only(self.receiver),
            "taken_by": self.taken_by,
            "identity_checked": self.identity_checked or None,
            "mandate": self.mandate,
            "tracking": self.tracking,
            "rating_code": self.rating_code,
        }
        return [ResultIssued(**facts) if self.item_id is None else ItemIssued(item_id=self.item_id, **facts)]

    def _check_receiver(self) -> None:
        if self.delivery is Delivery.WINDOW and not (self.taken_by and self.receiver and self.identity_checked):
            raise RuleBroken(
                "feedback",
                "at a window a result is given only to a person who is named and whose identity was checked; give the receiver, who takes it, and the check",
            )
        if (self.taken_by is Receiver.PROXY) != (self.mandate is not None):
            raise RuleBroken("feedback", "mandate: name one for a proxy, and only for a proxy")
        if (self.delivery is Delivery.POST) != (self.tracking is not None):
            raise RuleBroken("feedback", "tracking: name a number if the result is sent by post, and only then")

    def _check_code(self) -> None:
        if self.rating_code is None:
            raise RuleBroken(
                "evaluation",
                "rating_code: a result needs a code for its rating, so that nobody else can rate for the applicant; `onewindow case hand-over` makes one",
            )

    def _check_window(self, case: Application, city: City) -> None:
        if self.delivery is not Delivery.WINDOW:
            if self.window is not None:
                raise RuleBroken(
                    "feedback", f"window: a result that goes by {self.delivery} needs no window; leave it out"
                )
            return
        window = self.named_window
        if window is None:
            raise RuleBroken("feedback", "window: name the window at which the result is handed over")
        if case.hall is not None and not city.hall(case.hall).window(window).issues:
            raise RuleBroken("feedback", f"window {window} of hall {case.hall} does not hand out results")


class RecordFailure(CaseCommand):
    """Enter that the result could not be handed over: it was refused, nobody was there, or the post sent it back."""

    roles: ClassVar = frozenset({Role.ISSUER})
    station: ClassVar = Station.ISSUING
    duty: ClassVar = Duty.FEEDBACK
    delivery: Delivery
    failure: Failure
    note: Text | None = None
    item_id: Annotated[Identifier | None, ADDED] = None

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        to_be_handed_over(case, city, "a handing over", self.item_id)
        return [HandingOverFailed(delivery=self.delivery, failure=self.failure, note=self.note, item_id=self.item_id)]
