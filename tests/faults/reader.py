"""A reader of the soak: follows the log and writes down every position it sees; goes on behind its last line."""

import sys
from pathlib import Path
from time import sleep

from adapters.bootstrap import installation
from adapters.settings import Settings
from adapters.store.driver.failures import DatabaseError


def seen(file: Path) -> list[int]:
    """The positions a reader saw, in its order; a line that broke off was not seen."""
    if not file.exists():
        return []
    return [int(line) for line in file.read_text().splitlines(keepends=True) if line.endswith("\n")]


def main(url: str, folder: Path, number: int, start: int) -> None:
    """Follow for ever; a kill ends it."""
    file = folder / f"reader-{number}.seen"
    known = seen(file)
    file.write_text("".join(f"{position}\n" for position in known))
    last = known[-1] if known else start
    with file.open("a") as lines, installation(Settings(database_url=url, master_key_file=folder / "key")) as found:
        while True:
            try:
                with found.office.recorder.subscribe(last) as subscription:
                    for notification in subscription:
                        last = notification.id
                        lines.write(f"{last}\n")
                        lines.flush()
            except DatabaseError:
                sleep(0.2)  # the database is away; whether it is back shows at the next attempt


if __name__ == "__main__":
    try:
        main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
    except DatabaseError as error:  # the database was away when it began
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
