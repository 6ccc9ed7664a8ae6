"""The file of refused rows: line, reason, text. It takes the place of one from an import before, and of nothing else."""

import csv
import os
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

from adapters.disk.target import Kept, Target
from adapters.disk.whole_file import make_folder, sync, whole_file
from adapters.exchange.log_row import BadRow
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
    writer.writerow(HEADER)
    writer.writerows((bad.line, bad.reason, bad.text) for bad in refused)
    with whole_file(target) as out:
        out.write(text.getvalue().encode())


def _holds_refused_rows(file: Path) -> bool:
    with file.open("rb") as there:
        return there.readline(100).rstrip() == ",".join(HEADER).encode()


def _nearest(folder: Path) -> Path:
    """The folder, or the first above it that is there."""
    return next(each for each in (folder, *folder.absolute().parents) if each.exists())
