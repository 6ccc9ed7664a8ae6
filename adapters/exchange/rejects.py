"""The file of refused rows: line and reason, and the row as the log has it, cell by cell, so that it can be corrected and imported.

No cell begins a formula: one that would stands behind an apostrophe, which is taken off when the file is imported. A row that
has no cells (one of XES, or no valid CSV) is shown as text. The file takes the place of one from an import before, and of
nothing else.
"""

import codecs
import csv
import os
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

from adapters.disk.target import Kept, Target
from adapters.disk.whole_file import make_folder, sync, whole_file
from adapters.exchange.log_file import head_of
from adapters.exchange.log_row import BadRow
from adapters.language.formula import guarded, no_formula, unguarded
from adapters.language.legible import legible
from domain.errors import OfficeError

HEADER = ("line", "reason", "text")


class NotForRejects(OfficeError):
    """Where refused rows should go they cannot: nothing is imported."""


def target_of(file: Path, kept: Kept) -> Target:
    """Where refused rows go: to a new file, or over those of an import before."""
    return Target(file, "--rejects", kept, force=None, ours=_holds_refused_rows)


def check(target: Target) -> None:
    """Raise ``NotForRejects``, ``BadTarget`` unless the file is new and can be written, or holds refused rows of an import before."""
    file = target.file
    if not file.name.endswith(".csv"):
        raise NotForRejects(f"{file}: refused rows are written as CSV; name a file that ends in .csv")
    target.refuse()
    if not os.access(_nearest(file.parent), os.W_OK):
        raise NotForRejects(f"{file}: no file can be written here; name another one")


def write(target: Target, refused: Sequence[BadRow]) -> None:
    """Write the refused rows; without any, none of an import before are left. Raises ``BadTarget``, ``OSError``."""
    target.refuse()
    if not refused:
        if target.file.exists():
            target.file.unlink()
            sync(target.file.parent)
        return
    make_folder(target.file.parent)
    text = StringIO(newline="")
    writer = csv.writer(text)
    columns = next((bad.written.columns for bad in refused if bad.written), ())
    writer.writerow((*HEADER, *map(guarded, columns)))
    writer.writerows(_row(bad, len(columns)) for bad in refused)
    with whole_file(target) as out:
        out.write(text.getvalue().encode())


def _row(bad: BadRow, columns: int) -> tuple[object, ...]:
    reason = legible(no_formula(bad.reason))
    if bad.written is None:
        return (bad.line, reason, guarded(bad.text), *[""] * columns)
    return (bad.line, reason, "", *map(guarded, bad.written.cells))


def of_the_log(cells: Sequence[str]) -> list[str]:
    """What a row of the file says of the log, as the log has it."""
    return [unguarded(cell) for cell in cells[len(HEADER) :]]


def holds_refused_rows(file: Path) -> bool:
    """Whether a file holds refused rows with their cells. Raises ``BrokenLog``."""
    return head_of(file).removeprefix(codecs.BOM_UTF8).startswith(f"{','.join(HEADER)},".encode())


def _holds_refused_rows(file: Path) -> bool:
    with file.open("rb") as there:
        return there.readline(100).removeprefix(codecs.BOM_UTF8).startswith(",".join(HEADER).encode())


def _nearest(folder: Path) -> Path:
    """The folder, or the first above it that is there."""
    return next(each for each in (folder, *folder.absolute().parents) if each.exists())
