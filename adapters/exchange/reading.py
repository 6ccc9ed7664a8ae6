"""Which reader reads a log."""

from collections.abc import Iterator
from pathlib import Path

from adapters.exchange.csv_log import read_csv
from adapters.exchange.log_file import Form, form_of
from adapters.exchange.log_row import BadRow, LogRow
from adapters.exchange.mapping import Mapping
from adapters.exchange.table_log import read_parquet, read_xlsx
from adapters.exchange.xes_log import read_xes

READERS = {Form.CSV: read_csv, Form.XES: read_xes, Form.XLSX: read_xlsx, Form.PARQUET: read_parquet}


def rows_of(file: Path, mapping: Mapping) -> Iterator[LogRow | BadRow]:
    """The rows of a log. Raises ``BrokenLog``."""
    return READERS[form_of(file)](file, mapping)
