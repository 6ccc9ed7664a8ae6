"""What follows when a promised material does not come (容缺逾期): what it concerns goes back to the applicant, and nothing else.

Before the decision that is the part that asks for it, and what comes after that part; the whole application, where one refusal settles
all of it or nothing else is left. What is granted stays granted, and is not handed over before the material is in.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec.structs import replace

from domain.application.components import Material
from domain.application.consequences.lapses import DeferralLapsed, HandingOverHeld, PartSentBack
from domain.application.limits.suspension import called_off, resume
from domain.application.parts import apart, parts
from domain.application.path.closing import closed_with_the_case
from domain.application.path.materials import not_asked_any_more
from domain.application.state import Application
from domain.application.terms import Outcome, Status, Verdict
from domain.record import Event

if TYPE_CHECKING:
    from domain.city import City


def broken(case: Application, city: City, material_id: str, at: datetime) -> Sequence[Event]:
    """The events that follow at a moment (UTC) when the promise of a material is over."""
    promised_by = case.materials[material_id].promised_by
    assert promised_by is not None
    held = HandingOverHeld(material_id=material_id, promised_by=promised_by)
    if case.decided is not None:
        return [held]
    back = _sent_back(case, city, material_id)
    if not case.item_results and len(back) == len(parts(case, city)):
        return [DeferralLapsed(material_id=material_id, promised_by=promised_by), *closed_with_the_case(case)]
    gone = [
        PartSentBack(item_id=item, material_id=material_id, promised_by=promised_by, after=before)
        for item, before in back.items()
    ]
    return [
        *gone,
        *_running(case, city, back, at),
        *_without(case, city, back, material_id),
        *([held] if _granted(case, city, material_id) else []),
    ]


def _sent_back(case: Application, city: City, material_id: str) -> dict[str, str | None]:
    """The parts that go back: undecided, and in need of the material, or of a part before them that is; with that part."""
    together = not apart(case, city)
    back: dict[str, str | None] = {}
    for part in parts(case, city):
        asks = any(asked.material_id == material_id for asked in part.version.asked_for())
        before = next((other for other in part.after if other in back), None)
        if part.item_id not in case.item_results and (together or asks or before is not None):
            back[part.item_id] = None if asks else before
    return back


def _running(case: Application, city: City, back: Collection[str], at: datetime) -> Sequence[Event]:
    """The clock runs again that stood still for one of those parts."""
    gone = {name for name, task in case.tasks.items() if task.item_id in back}
    ending = case.open_stops_of(gone)
    left = replace(case, tasks={name: task for name, task in case.tasks.items() if name not in gone})
    return resume(left, [*ending, *called_off(case, back)], at, city)


def _without(case: Application, city: City, back: Collection[str], material_id: str) -> Sequence[Event]:
    """What the notice asked for those parts alone is asked for no more."""
    if case.status is Status.IN_REVIEW:
        return []
    missing = {**case.materials, material_id: Material(verdict=Verdict.MISSING)}
    after = replace(case, withdrawn_parts=(*case.withdrawn_parts, *back), materials=missing)
    return not_asked_any_more(after, after, city, f"退件 {', '.join(back)}: not asked for any more")


def _granted(case: Application, city: City, material_id: str) -> bool:
    """Whether an item that is granted already asks for the material."""
    return any(
        case.item_outcomes.get(part.item_id) is Outcome.GRANTED
        and any(asked.material_id == material_id for asked in part.version.asked_for())
        for part in parts(case, city)
    )
