"""The example city: a folder with comments, that runs as it is."""

from datetime import date
from pathlib import Path

from adapters.disk.whole_file import make_folder, write_new
from adapters.disk.whole_folder import whole_folder
from adapters.files.calendar_file import seeded

SOURCE = Path(__file__).parent / "example"


def write(path: Path, today: date) -> list[Path]:
    """Write the example as a new folder, all of it or nothing; the files written.

    Raises ``FolderInUse``, ``CalendarYearMissing`` in a year whose public holidays are not known, ``OSError``.
    """
    seeded(years=[today.year])
    known = {year.year for year in seeded().years}
    years = [str(year) for year in (today.year - 1, today.year, today.year + 1) if year in known]
    last = today.replace(year=today.year + 1, day=min(today.day, 28))
    values = {"{years}": ", ".join(years), "{today}": today.isoformat(), "{in_a_year}": last.isoformat()}
    written = []
    with whole_folder(path) as new:
        for source in sorted(each for each in SOURCE.rglob("*") if each.is_file()):
            text = source.read_text(encoding="utf-8")
            for name, value in values.items():
                text = text.replace(name, value)
            file = source.relative_to(SOURCE)
            make_folder((new / file).parent)
            write_new(new / file, text)
            written.append(path / file)
    return written
