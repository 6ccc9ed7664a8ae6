"""Limits worked from the law's text by somebody who had not seen this software: ``law_examples.json``, with each sum.

Where the law can be read in two ways an example says so under ``ambiguous``, with what the other reading gives.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from adapters.files.calendar_file import seeded
from domain.application.limits.both_limits import extended, within
from domain.time.calendar import DayOverride, Session
from domain.time.working_time import Limit, Unit, WorkingCalendar, union

Example = dict[str, Any]
EXAMPLES: list[Example] = json.loads((Path(__file__).parent / "law_examples.json").read_text(encoding="utf-8"))
HOURS = (Session(opens=time(9), closes=time(12)), Session(opens=time(13), closes=time(17)))
ORDINARY = replace(seeded(years=range(2023, 2027)), sessions=HOURS)


def calendar(closed: Iterable[str] = ()) -> WorkingCalendar:
    """The calendar of the examples' hall, with days on which it was closed."""
    days = ORDINARY
    for day in closed:
        days = days.with_override(DayOverride(day=date.fromisoformat(day), sessions=(), reason="闭馆 closed"))
    return WorkingCalendar(days)


def limit(values: dict[str, Any]) -> Limit:
    return Limit(
        amount=values["amount"], unit=Unit(values["unit"]), first_day_counts=values.get("first_day_counts", False)
    )


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def stops(example: Example) -> list[tuple[datetime, datetime]]:
    """The times in which the clock stood still; what overlaps counts once."""
    return list(union((at(stop), at(restart)) for stop, restart in example.get("stops", ())))


def after_stops(
    due: datetime, unit: Unit, spans: Iterable[tuple[datetime, datetime]], days: WorkingCalendar
) -> datetime:
    """A due moment after the clock stood still in these spans."""
    for stop, restart in spans:
        due = days.shifted(due, stop, restart, unit)
    return due


def end(example: Example, days: WorkingCalendar) -> datetime:
    """The end of the example's limit after its stops and its extension, each in its time."""
    counted = limit(example["limit"])
    due = days.due(at(example["start"]), counted)
    if "extension" not in example:
        return after_stops(due, counted.unit, stops(example), days)
    before = after_stops(due, counted.unit, [span for span in stops(example) if span[0] <= due], days)
    later = calendar(example["transfer"]["closed"]) if example.get("period") == "extension_new" else days
    longer = extended(before, limit(example["extension"]), later)
    return after_stops(longer, counted.unit, [span for span in stops(example) if span[0] > due], days)


def a_limit(example: Example) -> object:
    return end(example, calendar(example.get("closed", ())))


def a_promise(example: Example) -> object:
    return calendar(example.get("closed", ())).end_of_period(date.fromisoformat(example["promised_day"]))


def a_saturday_of_service(example: Example) -> object:
    """What is open to the public and counts as no working day is, for the law, a day of rest."""
    return a_promise(example) if "promised_day" in example else a_limit(example)


def a_transfer(example: Example) -> object:
    """A running limit keeps its end; a new one counts by the new hall's calendar."""
    is_new = example["period"] == "new"
    return end(example, calendar(example["transfer"]["closed"] if is_new else example.get("closed", ())))


def a_step(example: Example) -> object:
    days, step = calendar(), example["step"]
    of_the_step = {
        name: value for name, value in example.items() if name not in ("extension", "former_expected")
    } | step
    decision, alone = end(example, days), end(of_the_step, days)
    parts = example["expected_parts"]
    assert (decision, alone) == (at(parts["decision"]), at(parts["step_alone"]))
    return within(alone, decision)


def the_longest(example: Example) -> object:
    days, start, limits = calendar(), at(example["start"]), example["limits"]
    return {
        "decision": max(end({**example, "limit": each}, days) for each in limits["items"]),
        "notice": min(days.due(start, limit(each)) for each in limits["notices"]),
    }


def two_side_by_side(example: Example) -> object:
    days, limits = calendar(), example["limits"]
    by_law = end({**example, "limit": limits["statutory"]}, days)
    promised = end(
        {key: value for key, value in example.items() if key != "extension"} | {"limit": limits["promised"]}, days
    )
    return {"statutory": by_law, "promised": within(promised, by_law)}


def a_deemed_acceptance(example: Example) -> object:
    days, start, limits = calendar(), at(example["start"]), example["limits"]
    notice, decision = days.due(start, limit(limits["notice"])), end({**example, "limit": limits["decision"]}, days)
    deemed = "notice_given" not in example or at(example["notice_given"]) > notice
    return {"notice": notice, "decision": decision if deemed else None}


WORKED: dict[str, Callable[[Example], object]] = {
    "due": a_limit,
    "stopped": a_limit,
    "extended": a_limit,
    "promise": a_promise,
    "saturday_service": a_saturday_of_service,
    "transfer": a_transfer,
    "step": a_step,
    "longest": the_longest,
    "side_by_side": two_side_by_side,
    "deemed": a_deemed_acceptance,
}


def expected(example: Example) -> object:
    """The moments that the law gives."""
    told = example["expected"]
    if isinstance(told, str):
        return at(told)
    moments = {name: value for name, value in told.items() if name not in ("deemed", "accepted_from")}
    return {name: value and at(value) for name, value in moments.items()}


@pytest.mark.parametrize(
    "example", [each for each in EXAMPLES if each["kind"] in WORKED], ids=lambda each: f"{each['id']} {each['title']}"
)
def test_a_limit_ends_as_the_law_says(example: Example) -> None:
    assert WORKED[example["kind"]](example) == expected(example), example["sum"]


@pytest.mark.parametrize(
    "example",
    [each for each in EXAMPLES if each["kind"] == "working_time"],
    ids=lambda each: f"{each['id']} {each['title']}",
)
def test_working_time_is_what_the_clock_of_the_hall_says(example: Example) -> None:
    counted = calendar().working_us_outside(at(example["start"]), at(example["end"]), stops(example))
    assert counted == example["expected_microseconds"], example["sum"]


def test_every_example_is_worked() -> None:
    assert {each["kind"] for each in EXAMPLES} == {*WORKED, "working_time"}
    assert len({each["id"] for each in EXAMPLES}) == len(EXAMPLES) == 220
