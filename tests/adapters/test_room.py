"""A rebuild is refused where its tables have no room; what they need is about right, also before there are any."""

from pathlib import Path

import pytest

from adapters.room import NoRoom, refuse_without_room
from adapters.wiring import House
from projections.views import VIEWS
from tests.databases import Copied
from tests.projections.city import opened, small_city

NAMES = [view.name for view in VIEWS]


def needed_mb(found: House) -> int:
    """The least room that is not refused."""
    runner = found.runner()
    for room in range(1_000):
        try:
            refuse_without_room(runner, NAMES, room)
        except NoRoom:
            continue
        return room
    raise AssertionError("a small city needs a gigabyte")


def test_what_is_needed_is_about_the_same_before_and_after(copied: Copied, tmp_path: Path) -> None:
    with opened(copied(small_city), tmp_path) as found:
        before = needed_mb(found)
        found.runner().catch_up()
        after = needed_mb(found)
    assert 0 < before <= 4 * after
    assert after <= 4 * before


def test_an_empty_log_needs_none(database: str, tmp_path: Path) -> None:
    with opened(database, tmp_path) as found:
        refuse_without_room(found.runner(), NAMES, 0)


def test_too_little_is_refused_with_what_it_takes(copied: Copied, tmp_path: Path) -> None:
    with opened(copied(small_city), tmp_path) as found, pytest.raises(NoRoom, match=r"needs about \d+ MB, 0 MB are"):
        refuse_without_room(found.runner(), NAMES, 0)
