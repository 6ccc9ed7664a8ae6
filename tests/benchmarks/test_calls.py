"""What a benchmark says of calls: their quantiles, the longest, and what the machine took while each was under way."""

from itertools import islice

import pytest

from tests.benchmarks import machine
from tests.benchmarks.calls import Call, Calls


def call(of: str, ended: float, ms: float) -> Call:
    return Call(of, ended, ms, own_ms=1.0, wrong=None)


def test_only_what_ended_in_the_span_counts_and_the_machine_is_told_for_as_long_as_a_call_was_under_way() -> None:
    answers = Calls(
        [call("page", 9.0, 900), call("page", 11.0, 100), call("lists", 12.0, 300), call("file", 20.0, 800)]
    )
    looks = Calls(
        [
            call("memory", 11.69, 5),  # before the answer of 300 ms began
            call("memory", 11.71, 20),  # under way when it began
            call("memory", 11.9, 7),
            call("disk", 12.1, 150),  # not yet done when it ended
            call("disk", 12.2, 90),  # begun after it
        ]
    )

    told = answers.told(10.0, 20.0, looks)

    assert (told["calls"], told["longest_ms"], told["p50_ms"]) == (2, 300, 200)
    assert [(c["of"], c["after_s"], c["machine_ms"]) for c in told["longest"]] == [
        ("lists", 2.0, {"memory": 20, "disk": 150}),
        ("page", 1.0, {}),
    ]


def test_a_call_that_fails_is_counted_with_what_went_wrong() -> None:
    calls = Calls()
    calls.timed("page", lambda: 1 / 0)
    assert calls.told(0, float("inf"), calls)["wrong"] == ["ZeroDivisionError: division by zero"]


@pytest.mark.no_cover
def test_the_machine_is_looked_at_without_error() -> None:
    calls = Calls()
    for of, look in islice(machine.looks(), 4):
        calls.timed(of, look)
    assert [(one.of, one.wrong) for one in calls] == [("memory", None), ("disk", None)] * 2
