"""A writer of the soak: drives whole cases by real commands, and writes down what was acknowledged.

Each receipt is a line of its file, on the disk before the next command. After a kill it goes on behind the last line,
so the command that was under way comes again under its own id.
"""

import os
import signal
import sys
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from random import uniform
from threading import Event
from types import FrameType

from adapters.bootstrap import installation, utc_now
from adapters.settings import Settings
from adapters.store.driver.failures import DatabaseError
from domain.errors import OfficeError
from tests.faults.script import script

PAUSES = (0.05, 0.1, 0.2, 0.5)
"""Seconds between attempts on a database that is away."""


def acknowledged(file: Path) -> list[tuple[str, int]]:
    """The commands a writer has a receipt of, and their positions; a line that broke off is none."""
    if not file.exists():
        return []
    lines = file.read_text().splitlines(keepends=True)
    return [(name, int(position)) for line in lines if line.endswith("\n") for name, position in [line.split()]]


def jumping() -> datetime:
    """A recording clock that jumps by weeks; the writer called 2 has it."""
    return utc_now() + timedelta(days=uniform(-30, 30))


def main(url: str, folder: Path, number: int) -> None:
    """Write until told to stop; then end with the command under way."""
    stopped = Event()

    def stop(_: int, __: FrameType | None) -> None:
        stopped.set()

    signal.signal(signal.SIGTERM, stop)
    file = folder / f"writer-{number}.acks"
    done = acknowledged(file)
    file.write_text("".join(f"{name} {position}\n" for name, position in done))
    now = jumping if number == 2 else utc_now
    refused = (folder / f"writer-{number}.refused").open("a")
    with file.open("a") as acks, installation(Settings(database_url=url, master_key_file=folder / "key"), now) as found:
        for command in islice(script(number), len(done), None):
            failures = 0
            while not stopped.is_set():
                try:
                    receipt = found.office.execute(command)
                except DatabaseError:
                    stopped.wait(PAUSES[min(failures, len(PAUSES) - 1)])
                    failures += 1
                    continue
                except OfficeError as error:  # no command of the script is ever refused: the conductor counts these
                    refused.write(f"{command.command_id}: {error}\n")
                    refused.flush()
                    return
                acks.write(f"{receipt.command_id} {receipt.position}\n")
                acks.flush()
                os.fsync(acks.fileno())
                break
            if stopped.is_set():
                return


if __name__ == "__main__":
    try:
        main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
    except DatabaseError as error:  # the database was away when it began
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
