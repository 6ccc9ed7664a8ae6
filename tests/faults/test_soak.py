"""A cut of the soak (``make soak``): kills, restarts, cuts, pauses and jumps under writers, workers and readers."""

import pytest

from tests.faults.soak import COPIES, soak


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("database", "minutes"),
    [
        pytest.param("postgres", 1, marks=[pytest.mark.postgres, pytest.mark.timeout(480)]),
        pytest.param("sqlite", 0.5, marks=pytest.mark.sqlite),
    ],
)
def test_nothing_is_lost_doubled_or_skipped_under_fire(database: str, minutes: float) -> None:
    told = soak(minutes, 7, lambda passed: None, database)
    assert told["violations"] == []
    assert told["too_little"] == []
    assert told["acknowledged"] > 100
    assert len(told["copies"]) == COPIES
