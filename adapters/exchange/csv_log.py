"""Reads an event log written as CSV, row by row in constant memory."""

import csv
from collections import Counter, deque
from collections.abc import Iterator
from pathlib import Path

from adapters.exchange.log_row import BadRow, BrokenLog, LogRow, RowRefused, Written, row_of
from adapters.exchange.log_text import UTF_8, text_lines
from adapters.exchange.log_time import canonical
from adapters.exchange.mapping import CASE, Mapping
from adapters.exchange.rejects import holds_refused_rows, of_the_log
from adapters.reading.limits import COLUMNS, NAME_CHARACTERS, READINGS, ROW_CHARACTERS
from domain.number_of import number_of

# The csv module's own limit, an eighth of this, is too short for some real remarks.
csv.field_size_limit(ROW_CHARACTERS)


def read_csv(path: Path, mapping: Mapping) -> Iterator[LogRow | BadRow]:
    """The rows of a CSV log in file order; in UTF-8, or in the encoding that the mapping names.

    The first row is the header; a column that begins with ``case:`` speaks of the case. A file of refused rows
    (``adapters.exchange.rejects``) is read as the log that they are of. Raises ``BrokenLog``.
    """
    again = holds_refused_rows(path)
    text = _Text(path, UTF_8 if again else mapping.encoding)
    rows = csv.reader(text, delimiter="," if again else mapping.csv.delimiter, strict=True)
    header = _header(path, map(of_the_log, rows) if again else rows, text, mapping)
    while True:
        text.next_row()
        cells = None
        try:
            cells = next(rows, None)
            if cells is None:
                return
            if cells:  # a blank line holds no row
                cells = of_the_log(cells) if again else cells
                yield row_of_cells(text.first, header, cells, mapping)
        except csv.Error as error:
            reason = f"the row is not valid CSV ({error}); check its delimiters and quotation marks"
            yield text.refuse_line(reason)
        except RowRefused as refused:
            yield text.refuse_row(str(refused), refused.case, Written(header, cells or []))


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
    if len(header) > COLUMNS:
        raise BrokenLog(path, line, f"the header has more than {COLUMNS} columns; leave some out")
    if max(map(len, header)) > NAME_CHARACTERS:
        raise BrokenLog(path, line, f"the name of a column is longer than {NAME_CHARACTERS} characters; shorten it")
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
    if twice := sorted(column for column, times in Counter(header).items() if times > 1):
        raise BrokenLog(path, line, f"the column {twice[0]} appears twice in the header; rename one")
    return header


def row_of_cells(line: int, header: list[str], cells: list[str], mapping: Mapping) -> LogRow:
    """The row of some cells. Raises ``RowRefused``, and ``csv.Error`` where their number is wrong."""
    if len(cells) != len(header):
        raise csv.Error(f"the row has {number_of(len(cells), 'field')}, the header has {len(header)}")
    event: dict[str, str] = {}
    case: dict[str, str] = {}
    for column, cell in zip(header, cells, strict=True):
        if not cell:
            continue
        if column.startswith(CASE):
            case[column[len(CASE) :]] = cell
        else:
            event[column] = cell
    kept = {name: canonical(value, mapping.zone) for name, value in case.items()}
    return row_of(line, event, case, kept, mapping, Written(header, cells))


class _Text:
    """The lines of the file as text, which remembers those of the row that is being read.

    When a row is not valid CSV, its later lines are read again as rows of their own: a quotation
    mark left open costs one line, not all that it runs over. A line that was read often enough is
    refused with the row, or a file of such marks would be read as often as it has lines.
    """

    def __init__(self, path: Path, encoding: str | None) -> None:
        self._lines = text_lines(path, encoding)
        self._again: deque[tuple[str, int]] = deque()
        self._row: list[tuple[str, int]] = []
        """The lines of the row, and how often each was read."""
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

    def refuse_row(self, reason: str, case: str | None, written: Written | None) -> BadRow:
        """The row with the reason."""
        return BadRow(self.first, reason, "".join(line for line, _ in self._row).rstrip("\r\n"), case, written)

    def refuse_line(self, reason: str) -> BadRow:
        """The row's first line with the reason; its other lines are read again, unless they were too often."""
        first, *others = self._row
        # A line was read no more often than the one before it: those that were read often enough come first.
        gone = sum(readings >= READINGS for _, readings in others)
        if gone:
            reason = f"it and {number_of(gone, 'line')} after it, which cannot be told apart, are refused: {reason}"
        bad = BadRow(self.first, reason, first[0].rstrip("\r\n"))
        self._again.extendleft(reversed(others[gone:]))
        self.number = bad.line + gone
        return bad

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line, readings = self._again.popleft() if self._again else (next(self._lines), 0)
        self.number += 1
        self._row.append((line, readings + 1))
        self._characters += len(line)
        if self._characters > ROW_CHARACTERS:
            raise csv.Error(f"it is longer than {ROW_CHARACTERS} characters")
        if "\0" in line:
            raise csv.Error("it holds the character NUL")
        return line
