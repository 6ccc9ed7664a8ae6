"""Tables as CSV on stdout, for programs and spreadsheets: the keys of the columns in the first line, no cell a formula."""

import csv
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from adapters.language.formula import no_formula
from adapters.language.legible import legible


def write_csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write the rows, each by the keys of the columns, whatever language is set; None is an empty cell."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(row[column]) for column in columns] for row in rows)


def _cell(value: Any) -> Any:
    """Numbers as they are; a text that would begin a formula after an apostrophe, which a spreadsheet does not show."""
    if not isinstance(value, str):
        return value
    return legible(no_formula(value)).replace("\r", "\\r")
