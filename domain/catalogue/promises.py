"""What is promised keeps within what the law allows, and a step within the decision (承诺时限不得超过法定时限).

Limits of two units are compared by counting them in the halls' calendars (``domain.time.comparison``).
"""

from __future__ import annotations

from collections.abc import Sequence

from domain.catalogue.item import ItemVersion
from domain.catalogue.step_order import in_a_row_too_long
from domain.time.calendar import CalendarData
from domain.time.comparison import outlasts
from domain.time.working_time import Limit


def beyond_the_law(version: ItemVersion, calendars: Sequence[CalendarData]) -> list[str]:
    """Every promise of an item that can end after its limit of the law, and every step that can, alone or with those before it, after
    the decision.
    """
    limits = version.limits
    problems = [
        *excess("limits: notice", limits.notice, limits.statutory_notice, calendars),
        *excess("limits: decision", limits.decision, limits.statutory_decision, calendars),
        *excess("limits: extension", limits.extension, limits.statutory_extension, calendars),
        *excess("limits: delivery", limits.delivery, limits.statutory_delivery, calendars),
    ]
    for step in version.approvals:
        if step.limit is not None and outlasts(step.limit, limits.decision, calendars) is not None:
            problems.append(
                f"approvals: the {step.limit} of step {step.step} are longer than the {limits.decision} of the decision; give the step less"
            )
    return [*problems, *in_a_row_too_long(version, calendars)]


def excess(name: str, promise: Limit | None, law: Limit | None, calendars: Sequence[CalendarData]) -> list[str]:
    """The sentence that refuses a promise which can end after the law's limit; none where one of the two is not given."""
    if promise is None or law is None:
        return []
    day = outlasts(promise, law, calendars)
    if day is None:
        return []
    if promise.unit is law.unit:
        return [f"{name}: the promised {promise.amount} exceed the statutory {law}; promise less"]
    return [
        f"{name}: the promised {promise} can be longer than the statutory {law}, for example when begun on {day}; promise less"
    ]
