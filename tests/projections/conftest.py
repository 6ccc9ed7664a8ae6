"""The city that tests of the views work on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.bootstrap import Installation
from projections.engine import rebuild
from tests.databases import Copied
from tests.projections.city import opened, small_city


@pytest.fixture
def city(copied: Copied, tmp_path: Path) -> Iterator[Installation]:
    """A small city with its histories, not projected yet."""
    with opened(copied(small_city), tmp_path) as found:
        yield found


@pytest.fixture
def pieces_of_a_case(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces so small that there are many of them."""
    monkeypatch.setattr(rebuild, "EVENTS_A_PIECE", 20)
