"""The city that tests of the views work on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.simulation.simulation import simulate
from adapters.wiring import House
from tests.projections.city import SMALL, opened


@pytest.fixture
def city(database: str, tmp_path: Path) -> Iterator[House]:
    """A small city with its histories, not projected yet."""
    with opened(database, tmp_path) as found:
        simulate(found, SMALL, lambda done, total: None)
        yield found
