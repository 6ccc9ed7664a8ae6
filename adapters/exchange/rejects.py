"""The file of refused rows: line, reason, text. It takes the place of one from an import before, and of nothing else."""

import csv
import os
from collections.abc import Sequence
from pathlib import Path

from adapters.exchange.log_row import BadRow
from domain.errors import OfficeError

HEADER = ("line", "reason", "text")


class NotForRejects(OfficeError):
    """Where refused rows should go they cannot: nothing is imported."""


def check(file: Path) -> None:
    """Raise ``NotForRejects`` unless the file is new and can be written, or holds refused rows of an import before."""
    if not file.name.endswith(".csv"):
        raise NotForRejects(f"{file}: refused rows are written as CSV; name a file that ends in .csv")
    if file.is_dir() or not os.access(_nearest(file.parent), os.W_OK):
        raise NotForRejects(f"{file}: no file can be written here; name another one")
    if file.exists():
        with file.open("rb") as there:
            if there.readline(100).rstrip() != ",".join(HEADER).encode():
                raise NotForRejects(f"{file}: this holds no refused rows and would be lost; name a new file")


def write(file: Path, refused: Sequence[BadRow]) -> None:
    """Write the refused rows; without any, no file is left."""
    if not refused:
        file.unlink(missing_ok=True)
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", newline="", encoding="utf-8") as target:
        writer = csv.writer(target)
        writer.writerow(HEADER)
        writer.writerows((bad.line, bad.reason, bad.text) for bad in refused)


def _nearest(folder: Path) -> Path:
    """The folder, or the first above it that is there."""
    return next(each for each in (folder, *folder.absolute().parents) if each.exists())
