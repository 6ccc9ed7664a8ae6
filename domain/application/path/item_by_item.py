"""Items that are decided and handed over each as it is done (逐项出件): how far each is, and the case as a whole after it.

So are items that were asked for together without a package: each has its own procedure, its own department and its own limit
(articles 38, 42, 44), and waits for no other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from domain.application.command import known
from domain.application.components import ItemResult, Mark
from domain.application.parts import package_of, parts
from domain.application.state import Application
from domain.application.terms import Outcome, Status, TaskStatus
from domain.catalogue.package import HandedOver
from domain.errors import RuleBroken

if TYPE_CHECKING:
    from domain.city import City


def without_item(case: Application, item: str, status: TaskStatus, here: Mark) -> Application:
    """The case without one of its items, whose tasks that are not settled stand at ``status`` now."""
    tasks = {
        name: replace(task, status=status, holder=None, asks_for=(), answer_by=None)
        if task.item_id == item and task.unsettled
        else task
        for name, task in case.tasks.items()
    }
    return as_a_whole(replace(case, withdrawn_parts=(*case.withdrawn_parts, item), tasks=tasks), here)


def by_item(case: Application, city: City) -> bool:
    """Whether each item is handed over as it is done: always where several have no package, else where their package says so."""
    package = package_of(case, city)
    if package is not None:
        return package.handed_over is HandedOver.EACH
    return bool(case.item_results) or len(case.items) - len(case.withdrawn_parts) > 1


def decided_by(case: Application, city: City, item: str) -> str | None:
    """The department that decides on an item: its own, or the lead of its package."""
    if case.package is not None:
        return case.department
    return next((part.version.lead_department for part in parts(case, city) if part.item_id == item), case.department)


def at_once(case: Application, city: City) -> bool:
    """Whether one department decides on items without a package in one go, none of them being decided by itself."""
    if case.package is not None or case.item_results:
        return False
    return len({part.version.lead_department for part in parts(case, city)}) == 1


def check_item(case: Application, city: City, item: str) -> None:
    """Raise ``RuleBroken`` unless something may be done about this item alone."""
    if not by_item(known(case), city):
        raise RuleBroken(
            "packages",
            f"item_id: the items of case {case.case_id} are decided and handed over together, because its package does not say `handed_over: each` or it has one item; leave it out",
        )
    there = [part.item_id for part in parts(case, city)]
    if item not in there:
        raise RuleBroken("packages", f"item_id: case {case.case_id} has no item {item}; it has {', '.join(there)}")


def result_of(case: Application, item: str) -> ItemResult | None:
    """How far an item is, decided by itself or with the others; None while it is not decided."""
    own = case.item_results.get(item)
    if own is not None:
        return replace(own, ready=own.ready or case.ready, issued=own.issued or case.issued)
    return None if case.decided is None else ItemResult(decided=case.decided, ready=case.ready, issued=case.issued)


def with_result(case: Application, item: str, result: ItemResult, here: Mark) -> Application:
    """The case with how far an item is now."""
    return as_a_whole(replace(case, item_results={**case.item_results, item: result}), here)


def as_a_whole(case: Application, here: Mark) -> Application:
    """The case after something of one of its items: decided with the last, ready with the last, ended with the last hand-over."""
    names = [ref.item_id for ref in case.active_items]
    results = [result for name in names if (result := result_of(case, name)) is not None]
    if not case.item_results or len(results) < len(names):
        return case
    if case.decided is None:
        outcomes = {case.item_outcomes[name] for name in names}
        whole = outcomes.pop() if len(outcomes) == 1 else Outcome.PARTLY_GRANTED
        case = decided_as_a_whole(case, whole, here)
    if case.ready is None and all(result.ready is not None for result in results):
        case = replace(case, status=Status.RESULT_READY, ready=here)
    if case.issued is None and all(result.issued is not None for result in results):
        case = replace(case, status=Status.ISSUED, issued=here, ended=here)
    return case


def decided_as_a_whole(case: Application, outcome: Outcome | None, here: Mark) -> Application:
    """The case once everything of it is decided: no clock stands still any more."""
    suspensions = tuple(s if s.ended_at is not None else replace(s, ended_at=here.at) for s in case.suspensions)
    return replace(
        case,
        status=Status.DECIDED,
        outcome=outcome,
        decided=here,
        suspensions=suspensions,
        stopped_since=None,
    )
