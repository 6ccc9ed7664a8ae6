"""Reads an event log written as CSV, row by row in constant memory."""

import csv
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from adapters.exchange.log_row import BadRow, BrokenLog, LogRow, RowRefused, row_of
from adapters.exchange.log_text import text_lines
from adapters.exchange.mapping import CASE, Mapping
from domain.number_of import number_of

ROW_CHARACTERS = 1 << 20
"""The longest row. Past it a quotation mark was left open and would swallow the rest."""

# The csv module's own limit, an eighth of this, is too short for some real remarks.
csv.field_size_limit(ROW_CHARACTERS)


def read_csv(path: Path, mapping: Mapping) -> Iterator[LogRow | BadRow]:
    """The rows of a CSV log in file order; in UTF-8, or in the encoding that the mapping names.

    The first row is the header; a column that begins with ``case:`` speaks of the case. Raises
    ``BrokenLog``.
    """
    text = _Text(path, mapping.encoding)
    rows = csv.reader(text, delimiter=mapping.csv.delimiter, strict=True)
    header = _header(path, rows, text, mapping)
    while True:
        text.next_row()
        try:
            cells = next(rows, None)
            if cells is None:
                return
            if cells:  # a blank line holds no row
                yield row_of_cells(text.first, header, cells, mapping)
        except csv.Error as error:
            reason = f"the row is not valid CSV ({error}); check its delimiters and quotation marks"
            yield text.refuse_line(reason)
        except RowRefused as refused:
            yield text.refuse_row(str(refused), refused.case)


def _header(path: Path, rows: Iterator[list[str]], text: "_Text", mapping: Mapping) -> list[str]:
    """The names of the columns, checked against the mapping."""
    try:
        header = next((cells for cells in rows if cells), None)
    except csv.Error as error:
        raise BrokenLog(path, text.first, f"the header is not valid CSV ({error}); correct it") from error
    if header is None:
        raise BrokenLog(path, 1, "the file is empty; the first row must name the columns")
    return check_header(path, text.number, header, mapping)


def check_header(path: Path, line: int, header: list[str], mapping: Mapping) -> list[str]:
    """The names of the columns, if the mapping's are among them. Raises ``BrokenLog``."""
    there = ", ".join(header)[:1000]
    for key, column in mapping.columns.named():
        if column not in header:
            raise BrokenLog(
                path,
                line,
                f"there is no column {column}, which the mapping names as columns.{key}; correct "
                "the mapping or its delimiter, or give the log a header "
                f"(the columns there are: {there})",
            )
    if twice := sorted({column for column in header if header.count(column) > 1}):
        raise BrokenLog(path, line, f"the column {twice[0]} appears twice in the header; rename one")
    return header


def row_of_cells(line: int, header: list[str], cells: list[str], mapping: Mapping) -> LogRow:
    """The row of some cells. Raises ``RowRefused``, and ``csv.Error`` where their number is wrong."""
    if len(cells) != len(header):
        raise csv.Error(f"it has {number_of(len(cells), 'field')}, the header has {len(header)}")
    event: dict[str, str] = {}
    case: dict[str, str] = {}
    for column, cell in zip(header, cells, strict=True):
        if not cell:
            continue
        if column.startswith(CASE):
            case[column[len(CASE) :]] = cell
        else:
            event[column] = cell
    return row_of(line, event, case, mapping)


class _Text:
    """The lines of the file as text, which remembers those of the row that is being read.

    When a row is not valid CSV, its later lines are read again as rows of their own: a quotation
    mark left open costs one line, not all that it runs over.
    """

    def __init__(self, path: Path, encoding: str | None) -> None:
        self._lines = text_lines(path, encoding)
        self._again: deque[str] = deque()
        self._row: list[str] = []
        self._characters = 0
        self.number = 0
        """The number of the line read last."""

    @property
    def first(self) -> int:
        """The number of the line where the row begins."""
        return max(1, self.number - len(self._row) + 1)

    def next_row(self) -> None:
        """The next line begins a row."""
        self._row.clear()
        self._characters = 0

    def refuse_row(self, reason: str, case: str | None = None) -> BadRow:
        """The row with the reason."""
        return BadRow(self.first, reason, "".join(self._row).rstrip("\r\n"), case)

    def refuse_line(self, reason: str) -> BadRow:
        """The row's first line with the reason; its other lines are read again."""
        bad = BadRow(self.first, reason, self._row[0].rstrip("\r\n"))
        self._again.extendleft(reversed(self._row[1:]))
        self.number = bad.line
        return bad

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self.number += 1
        self._row.append(line)
        self._characters += len(line)
        if self._characters > ROW_CHARACTERS:
            raise csv.Error(f"it is longer than {ROW_CHARACTERS} characters")
        if "\0" in line:
            raise csv.Error("it holds the character NUL")
        return line
