"""Halls as a file: read and validated whole, opened whole or not at all."""

from pathlib import Path

from pydantic import ValidationError

from adapters.bootstrap import Installation
from adapters.files.calendar_file import seeded
from adapters.files.file_model import FileLabel, FileModel
from adapters.files.yaml_file import BadFile, Marked, read
from adapters.services.envelope import OF_ITS_OWN, Envelope
from domain.errors import OfficeError
from domain.hall.hall import Hall, Layout, Window, WindowKind
from domain.hall.windows import LayOutCommand, OpenHall, OpenWindow
from domain.office.office import Receipt
from domain.people.applicant_kind import ApplicantKind
from domain.record import Actor, Identifier, Text


class FileWindow(FileModel):
    """A window."""

    window: Identifier
    kind: WindowKind
    zone: ApplicantKind
    department: Identifier | None = None
    floor: int | None = None

    def value(self) -> Window:
        """The window."""
        return Window(
            window_id=self.window, kind=self.kind, zone=self.zone, department=self.department, floor=self.floor
        )


class FileHall(FileModel):
    """A hall; ``reason`` only where it gets windows that it has not yet."""

    hall: Identifier
    name: FileLabel
    layout: Layout
    time_zone: str = "Asia/Shanghai"
    reason: Text | None = None
    windows: tuple[FileWindow, ...]


class FileHalls(FileModel):
    """A file."""

    halls: tuple[FileHall, ...]


def load(installation: Installation, file: Path, by: Actor, envelope: Envelope = OF_ITS_OWN) -> list[Receipt]:
    """Open the halls of a file, and the windows that halls have not yet; all of it or nothing.

    A window that stands there otherwise is an error: windows are moved, merged and closed by commands of their own.
    Raises ``BadFile`` with every problem and its line, ``OSError``.
    """
    marked, halls = _parsed(file)
    city = installation.office.city()
    commands: list[LayOutCommand] = []
    problems: list[tuple[int, str]] = []
    for number, each in enumerate(halls):
        line = marked.line(("halls", number, "hall"))
        if each.hall in [earlier.hall for earlier in halls[:number]]:
            problems.append((line, f"halls.{number}.hall: {each.hall} appears twice; keep one"))
            continue
        state = city.halls.get(each.hall) or Hall(hall_id=each.hall)
        try:
            if state.name is None:
                made = _opening(each, by, envelope)
            else:
                made = _more(marked, number, each, state, by, envelope)
            for command in made:
                command.decide(state, city)
            commands += made
        except BadFile as bad:
            problems += bad.problems
        except OfficeError as refusal:
            problems.append((line, str(refusal)))
    if problems:
        raise BadFile(file, problems)
    return installation.office.execute_together(commands)


def laid_out(file: Path, hall: str) -> tuple[Layout, tuple[Window, ...]]:
    """How a file lays out a hall. Raises ``BadFile``, also where it does not name the hall, ``OSError``."""
    _, halls = _parsed(file)
    for each in halls:
        if each.hall == hall:
            return each.layout, tuple(window.value() for window in each.windows)
    raise BadFile(
        file,
        [
            (
                1,
                f"hall {hall} is not in this file, which has {', '.join(e.hall for e in halls) or 'none'}; correct the name",
            )
        ],
    )


def _parsed(file: Path) -> tuple[Marked, tuple[FileHall, ...]]:
    marked = read(file)
    try:
        return marked, FileHalls.model_validate(marked.value).halls
    except ValidationError as error:
        raise marked.refused(error) from error


def _opening(each: FileHall, by: Actor, envelope: Envelope) -> list[LayOutCommand]:
    return [
        OpenHall(
            **envelope.fields(each.hall, otherwise=f"hall/{each.hall}/opened"),
            actor=by,
            hall_id=each.hall,
            label=each.name.label,
            layout=each.layout,
            windows=tuple(window.value() for window in each.windows),
            calendar=seeded(time_zone=each.time_zone),
        )
    ]


def _more(
    marked: Marked, number: int, each: FileHall, state: Hall, by: Actor, envelope: Envelope
) -> list[LayOutCommand]:
    """The windows that a hall has not yet."""
    made: list[LayOutCommand] = []
    problems: list[tuple[int, str]] = []
    for place, window in enumerate(each.windows):
        line = marked.line(("halls", number, "windows", place))
        there = state.windows.get(window.window)
        if there is not None and there != window.value():
            problems.append((line, f"window {window.window} is different on record; move, merge or close it"))
        elif there is None and each.reason is None:
            problems.append((line, f"window {window.window} is new in hall {each.hall}; say why under `reason`"))
        elif there is None and each.reason is not None:
            made.append(
                OpenWindow(
                    **envelope.fields(
                        f"{each.hall}/{window.window}", otherwise=f"hall/{each.hall}/{window.window}/{len(state.stood)}"
                    ),
                    actor=by,
                    hall_id=each.hall,
                    window=window.value(),
                    reason=each.reason,
                )
            )
    if problems:
        raise BadFile(marked.file, problems)
    return made
