"""Reading a folder: every YAML file in it, under whatever name; what counts are the headings."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from pydantic import ValidationError

from adapters.files.catalogue.models import FileItem, FilePackage
from adapters.files.city.department_part import FileDepartment
from adapters.files.city.entry import Entry
from adapters.files.city.hall_part import FileHall
from adapters.files.city.problems import BadFolder, Problem
from adapters.files.city.staff_part import FilePerson
from adapters.files.file_model import FileModel
from adapters.files.yaml_file import BadFile, Marked, read
from adapters.reading.limits import FOLDER_FILES
from adapters.reading.quoted import quoted

ENDINGS = (".yaml", ".yml")
BESIDE = (".md", ".txt")
"""What else may lie in the folder."""


class FileCity(FileModel):
    """What a file of the folder may hold."""

    departments: tuple[FileDepartment, ...] = ()
    halls: tuple[FileHall, ...] = ()
    staff: tuple[FilePerson, ...] = ()
    items: tuple[FileItem, ...] = ()
    packages: tuple[FilePackage, ...] = ()


HEADINGS = tuple(FileCity.model_fields)


@dataclass(slots=True)
class Folder:
    """What all files say together."""

    departments: list[Entry[FileDepartment]] = field(default_factory=list)
    halls: list[Entry[FileHall]] = field(default_factory=list)
    staff: list[Entry[FilePerson]] = field(default_factory=list)
    items: list[Entry[FileItem]] = field(default_factory=list)
    packages: list[Entry[FilePackage]] = field(default_factory=list)

    def take(self, marked: Marked, city: FileCity) -> None:
        """Add what one file says."""
        for heading in HEADINGS:
            entries = getattr(self, heading)
            for number, content in enumerate(getattr(city, heading)):
                entries.append(Entry(marked, (heading, number), content))

    def counted(self) -> dict[str, int]:
        """How many there are under each heading."""
        return {heading: len(getattr(self, heading)) for heading in HEADINGS}


def read_folder(path: Path) -> Folder:
    """What a folder says. Raises ``BadFolder`` with everything that is wrong with its files, ``OSError``."""
    everything = list(islice(_files(path), FOLDER_FILES + 1))
    if len(everything) > FOLDER_FILES:
        raise BadFolder(
            [
                Problem(
                    path,
                    1,
                    "yaml",
                    f"this folder has more than {FOLDER_FILES} files; name a folder that holds only the city",
                )
            ]
        )
    folder, problems = Folder(), list(_strangers(everything))
    files = [file for file in everything if file.suffix in ENDINGS]
    if not files:
        raise BadFolder(
            [Problem(path, 1, "yaml", "this folder has no .yaml file; `onewindow city init DIR` writes an example")]
        )
    for file in files:
        try:
            marked = read(file)
            folder.take(marked, _city(marked))
        except BadFile as bad:
            rule = "form" if isinstance(bad.__cause__, ValidationError) else "yaml"
            problems += [Problem(file, line, _rule(what, rule), what) for line, what in bad.problems]
    if problems:
        raise BadFolder(problems)
    return folder


def _city(marked: Marked) -> FileCity:
    """Raises ``BadFile``."""
    if marked.value is None:
        return FileCity()
    if not isinstance(marked.value, dict):
        raise BadFile(marked.file, [(1, f"a file begins with a heading: {', '.join(HEADINGS)}")])
    unknown = [
        (marked.line((name,)), f"{quoted(name)} is not a heading; headings are {', '.join(HEADINGS)}")
        for name in marked.value
        if name not in HEADINGS
    ]
    if unknown:
        raise BadFile(marked.file, unknown)
    try:
        return FileCity.model_validate(marked.value)
    except ValidationError as error:
        raise marked.refused(error) from error


def _rule(what: str, rule: str) -> str:
    return "twice" if what.endswith("appears twice; keep one") else rule


def _files(path: Path) -> Iterator[Path]:
    """All files, in the order of their names; hidden ones are not looked at. Raises ``OSError``."""
    for each in sorted(path.iterdir()):
        if each.name.startswith("."):
            continue
        if each.is_dir():
            yield from _files(each)
        else:
            yield each


def _strangers(files: Iterable[Path]) -> Iterable[Problem]:
    for file in files:
        if file.suffix not in (*ENDINGS, *BESIDE):
            yield Problem(
                file, 1, "yaml", "this file is not read; give it a name that ends in .yaml, or move it elsewhere"
            )
