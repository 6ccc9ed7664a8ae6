"""Which reader reads a log: by the ending of its name."""

from collections.abc import Iterator
from pathlib import Path

from adapters.exchange.csv_log import read_csv
from adapters.exchange.log_row import BadRow, LogRow
from adapters.exchange.mapping import Mapping
from adapters.exchange.xes_log import read_xes


def rows_of(file: Path, mapping: Mapping) -> Iterator[LogRow | BadRow]:
    """The rows of a log, by the ending of its name. Raises ``BrokenLog``."""
    reader = read_xes if file.name.endswith((".xes", ".xes.gz")) else read_csv
    return reader(file, mapping)
