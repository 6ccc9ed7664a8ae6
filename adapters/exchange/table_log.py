"""Reads an event log kept as a table: an Excel workbook (its first sheet) or a Parquet file, by libraries of the extra ``tables``."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from adapters.exchange.csv_log import check_header, row_of_cells
from adapters.exchange.log_row import BadRow, BrokenLog, LogRow, RowRefused, Written
from adapters.exchange.mapping import Mapping
from adapters.reading.limits import COLUMNS, ROW_CHARACTERS

HOW = "install it by `make tables` (pip install 'onewindow[tables]'), or save the log as CSV"


def read_xlsx(path: Path, mapping: Mapping) -> Iterator[LogRow | BadRow]:
    """The rows of a workbook's first sheet; the first row names the columns. Raises ``BrokenLog``."""
    try:
        import openpyxl
    except ImportError as error:
        raise BrokenLog(path, 1, f"a workbook is read with openpyxl, which is not installed; {HOW}") from error
    try:
        workbook = openpyxl.load_workbook(path, read_only=True, data_only=True)
        sheet = workbook.worksheets[0]
        sheet.reset_dimensions()  # some programs write a wrong size
        yield from _rows(path, sheet.iter_rows(values_only=True), mapping)
        workbook.close()
    except (OSError, KeyError, ValueError, IndexError) as error:
        raise BrokenLog(path, 1, f"the workbook cannot be read ({error}); save it again, or as CSV") from error


def read_parquet(path: Path, mapping: Mapping) -> Iterator[LogRow | BadRow]:
    """The rows of a Parquet file. Raises ``BrokenLog``."""
    try:
        import pyarrow as arrow
        from pyarrow import parquet
    except ImportError as error:
        raise BrokenLog(path, 1, f"a Parquet file is read with pyarrow, which is not installed; {HOW}") from error

    def values() -> Iterator[Sequence[Any]]:
        with parquet.ParquetFile(path) as file:
            yield file.schema_arrow.names
            for batch in file.iter_batches(batch_size=5_000):
                yield from zip(*(_plain(arrow, column) for column in batch.columns), strict=True)

    try:
        yield from _rows(path, values(), mapping)
    except (OSError, arrow.ArrowException) as error:
        raise BrokenLog(path, 1, f"the Parquet file cannot be read ({error}); copy or write it again") from error


def _plain(arrow: Any, column: Any) -> list[Any]:
    """The values of a column; digits past the microsecond are dropped."""
    kind = column.type
    if arrow.types.is_timestamp(kind) and kind.unit == "ns":
        column = column.cast(arrow.timestamp("us", tz=kind.tz), safe=False)
    return list(column.to_pylist())


def _rows(path: Path, rows: Iterator[Sequence[Any]], mapping: Mapping) -> Iterator[LogRow | BadRow]:
    header: list[str] | None = None
    for number, values in enumerate(rows, start=1):
        cells = [_text(value) for value in islice(values, COLUMNS + 1)]
        if not any(cells):
            continue
        if sum(map(len, cells)) > ROW_CHARACTERS:
            if header is None:
                raise BrokenLog(path, number, f"the header is longer than {ROW_CHARACTERS} characters; shorten it")
            yield BadRow(number, f"the row is longer than {ROW_CHARACTERS} characters; shorten it", ", ".join(cells))
            continue
        if header is None:
            while cells and not cells[-1]:
                cells.pop()
            header = check_header(path, number, cells, mapping)
            continue
        try:
            cells += [""] * (len(header) - len(cells))
            yield row_of_cells(number, header, cells[: len(header)], mapping)
        except RowRefused as refused:
            written = Written(header, cells[: len(header)])
            yield BadRow(number, str(refused), ", ".join(cells), refused.case, written)
    if header is None:
        raise BrokenLog(path, 1, "the file is empty; the first row must name the columns")


def _text(value: Any) -> str:
    """A cell as a CSV would have it."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            at = value.astimezone(UTC) if value.tzinfo is not None else value
            return at.isoformat()
        case date():
            return value.isoformat()
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value).strip()
