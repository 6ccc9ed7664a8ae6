"""What a log says of one event, whatever its format, and what is said when it cannot be taken."""

from collections.abc import Mapping as Attributes
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from adapters.exchange.log_time import canonical, read_time
from adapters.exchange.mapping import CASE, Mapping
from domain.errors import OfficeError
from domain.identifier import in_one_form, plain

TEXT_KEPT = 500
"""How many characters of a bad row are shown, where it has no cells."""
CELLS_KEPT = 4_000
"""A bad row with more characters in its cells is shown as text, cut."""


class Written(NamedTuple):
    """A row as its table has it."""

    columns: Sequence[str]
    cells: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRow:
    """One event of a log. ``line`` is the line of the file where it begins, ``occurred_at`` is UTC.

    ``attributes`` holds what the event says beside the fields, and its time as it was written,
    under the column's own name; ``case_attributes`` holds everything that is said of the case (keys
    without ``case:``). Values are as written, but for full ISO times: they are UTC in the records'
    form, so that one log gives the same rows as CSV and as XES. What is empty is absent.
    """

    line: int
    case: str
    activity: str
    occurred_at: datetime
    department: str | None = None
    resource: str | None = None
    channel: str | None = None
    group: str | None = None
    lifecycle: str | None = None
    instance: str | None = None
    attributes: dict[str, str] = field(default_factory=dict)
    case_attributes: dict[str, str] = field(default_factory=dict)
    written: Written | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that could not be taken: where it begins, why (a sentence), what stood there (cut), and its cells where it has any.

    ``case`` is its case where the row still says so: it keeps its place there, so that a mended log fits in later.
    """

    line: int
    reason: str
    text: str
    case: str | None = None
    written: Written | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", self.text[:TEXT_KEPT])
        if self.written is not None and sum(map(len, self.written.cells)) > CELLS_KEPT:
            object.__setattr__(self, "written", None)


class BrokenLog(OfficeError):
    """A file that cannot be read on, and why, in a sentence. The rows before were yielded."""

    def __init__(self, file: Path, line: int, reason: str) -> None:
        super().__init__(f"{file}, line {line}: {reason}")
        self.file = file
        self.line = line
        self.reason = reason


class RowRefused(Exception):
    """Why an event of a log is no ``LogRow``: the field, the rule, and what to do. ``case`` where it is known."""

    def __init__(self, reason: str, case: str | None = None) -> None:
        super().__init__(reason)
        self.case = case


def row_of(
    line: int,
    event: Attributes[str, str],
    case: Attributes[str, str],
    kept: dict[str, str],
    mapping: Mapping,
    table: Written | None = None,
) -> LogRow:
    """The row of an event's and its case's attributes, which are never empty; ``kept`` are those of the case in canonical form.

    Raises ``RowRefused``.
    """
    columns, zone = mapping.columns, mapping.zone

    def said(column: str | None) -> str | None:
        if column is None:
            return None
        return case.get(column[len(CASE) :]) if column.startswith(CASE) else event.get(column)

    def demanded(name: str, column: str) -> str:
        value = said(column)
        if value is None or not value.strip():
            reason = f"{name}: {column} is empty, and every event needs a value; add it in the log"
            raise RowRefused(reason, said(columns.case))
        return value

    written = demanded("time", columns.time)
    try:
        occurred_at = read_time(written, zone, mapping.time_format)
    except ValueError as error:
        raise RowRefused(f"time: {columns.time} {written[:80]!r} {error}", said(columns.case)) from error
    attributes = {k: canonical(v, zone) for k, v in event.items() if k not in columns.taken}
    attributes[columns.time] = written
    return LogRow(
        line=line,
        case=_case_number(demanded("case", columns.case), columns.case),
        activity=demanded("activity", columns.activity),
        occurred_at=occurred_at,
        department=said(columns.department),
        resource=said(columns.resource),
        channel=said(columns.channel),
        group=said(columns.group),
        lifecycle=said(columns.lifecycle),
        instance=said(columns.instance),
        attributes=attributes,
        case_attributes=kept,
        written=table,
    )


def _case_number(written: str, column: str) -> str:
    """A case number of others, in one form; else as they wrote it. Raises ``RowRefused`` for one that does not look as what it is."""
    try:
        return plain(in_one_form(written))
    except ValueError as error:
        raise RowRefused(f"case: {column} {written[:80]!r} {error}", in_one_form(written)) from error
