"""The logs of the tests, the mapping they are read under, and what is asked of every reader."""

import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from adapters.exchange.log_row import BadRow, BrokenLog, LogRow
from adapters.exchange.mapping import Mapping, load_mapping

LOGS = Path(__file__).parent / "logs"
Reader = Callable[[Path, Mapping], Iterator[LogRow | BadRow]]


@pytest.fixture
def mapping() -> Mapping:
    return load_mapping(LOGS / "hall.toml")


def good(rows: list[LogRow | BadRow]) -> list[LogRow]:
    """The rows, none of which may be bad."""
    assert [row for row in rows if isinstance(row, BadRow)] == []
    return [row for row in rows if isinstance(row, LogRow)]


def bad(rows: list[LogRow | BadRow]) -> list[BadRow]:
    return [row for row in rows if isinstance(row, BadRow)]


def until_broken(rows: Iterator[LogRow | BadRow]) -> tuple[list[LogRow | BadRow], BrokenLog]:
    """The rows before the break, and the break."""
    before: list[LogRow | BadRow] = []
    with pytest.raises(BrokenLog) as broken:
        before.extend(rows)  # extend keeps what came before an exception
    return before, broken.value


def peak_bytes(read: Reader, path: Path, mapping: Mapping) -> int:
    """The most memory that reading the log took at once."""
    tracemalloc.start()
    try:
        for row in read(path, mapping):
            assert isinstance(row, LogRow)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
