"""A cut of the soak (``make soak``): kills, restarts, cuts and pauses under writers, workers and readers."""

import pytest

from tests.faults.soak import soak


@pytest.mark.postgres
def test_nothing_is_lost_doubled_or_skipped_under_fire() -> None:
    told = soak(0.5, 7, lambda passed: None)
    assert told["violations"] == []
    assert told["too_little"] == []
    assert told["acknowledged"] > 100
