"""The city as it is known: departments, halls, staff, the catalogue; and files that describe it."""

from datetime import date
from typing import Any

from adapters.cli.answers.kinds import Answer, Position, Stamp
from domain.application.consequences.recount import MovedLimit
from domain.catalogue.item import ItemVersion
from domain.time.calendar import CalendarData
from domain.time.working_time import Limit


class DepartmentLine(Answer, frozen=True, kw_only=True):
    """A department, and how many service items it leads."""

    department: str
    name: str
    items: int


class HallLine(Answer, frozen=True, kw_only=True):
    """A hall."""

    hall: str
    name: str
    layout: str
    windows: int
    time_zone: str


class Seat(Answer, frozen=True, kw_only=True):
    """Who sits at a window until when, and for what."""

    person: str
    until: Stamp
    duties: list[str]


class WindowLine(Answer, frozen=True, kw_only=True):
    """A window, and who sits there now."""

    window: str
    kind: str
    zone: str
    department: str | None
    floor: int | None
    staff: list[Seat]


class HallWindows(Answer, frozen=True, kw_only=True):
    """The windows of a hall."""

    hall: str
    name: str
    layout: str
    windows: list[WindowLine]


class WindowGroup(Answer, frozen=True, kw_only=True, omit_defaults=True):
    """How many windows are of one hall, zone or kind, as was asked for."""

    windows: int
    hall: str | None = None
    zone: str | None = None
    kind: str | None = None


class WindowCount(Answer, frozen=True, kw_only=True):
    """The windows of the city on a day, null for now."""

    day: date | None
    windows: int
    groups: list[WindowGroup]


class Exclusion(Answer, frozen=True, kw_only=True):
    """Somebody whom a hall excluded from deferred acceptance."""

    applicant: str
    case: str
    since: Stamp
    until: Stamp | None


class CalendarLoaded(Answer, frozen=True, kw_only=True):
    """A calendar with ``new`` entries; its version is how many it has."""

    hall: str
    new: int
    version: int


class HallCalendar(Answer, frozen=True, kw_only=True):
    """The calendar of a hall."""

    hall: str
    version: int
    calendar: CalendarData


class CaseLimit(Answer, frozen=True, kw_only=True):
    """A limit of a case that ends at another time."""

    case: str
    limit: MovedLimit


class LimitsRecounted(Answer, frozen=True, kw_only=True):
    """The limits that moved, or would move."""

    hall: str
    dry_run: bool
    limits: list[CaseLimit]


class PostLine(Answer, frozen=True, kw_only=True):
    """A post; ``hall`` is null for all halls."""

    role: str
    department: str | None
    hall: str | None
    since: Stamp
    until: Stamp | None


class StaffPost(PostLine, frozen=True, kw_only=True):
    """A post, and who holds it."""

    person: str


class Substitution(Answer, frozen=True, kw_only=True):
    """Who stood in for somebody."""

    substitute: str
    since: Stamp
    until: Stamp


class StaffMember(Answer, frozen=True, kw_only=True):
    """A person of the staff. The name is readable, or reads as sealed, erased or damaged."""

    person: str
    name: str | None
    posts: list[PostLine]
    substitutions: list[Substitution]
    left: Stamp | None


class Right(Answer, frozen=True, kw_only=True):
    """A command, the roles that may give it, and what else it depends on."""

    command: str
    roles: list[str]
    also: list[str]


class ItemLine(Answer, frozen=True, kw_only=True):
    """A version of a service item. ``online`` is null where nobody said it."""

    item: str
    name: str
    version: int
    valid: str
    effective_from: date
    zone: str
    materials: int
    abolished: int
    departments: list[str]
    decision: Limit
    online: bool | None


class VersionLine(Answer, frozen=True, kw_only=True):
    """Another version of an item, and how it stands on the day."""

    version: int
    valid: str


class ItemChange(Answer, frozen=True, kw_only=True):
    """How an item came to be as it is."""

    version: int
    what: str
    effective_from: date | None = None
    reason: str | None = None
    order: str | None = None
    by: str
    recorded_at: Stamp


class ItemShown(Answer, frozen=True, kw_only=True):
    """A service item on a day: the version that is in force, the others, and its history."""

    item: str
    withdrawn_from: date | None
    in_force: ItemVersion
    valid: str
    versions: list[VersionLine]
    history: list[ItemChange]


class Differing(Answer, frozen=True, kw_only=True):
    """One value that differs between two versions."""

    what: str
    before: Any
    after: Any


class VersionsCompared(Answer, frozen=True, kw_only=True, rename={"first": "from", "second": "to"}):
    """What differs between two versions of an item."""

    item: str
    first: int
    second: int
    differences: list[Differing]


class PartLine(Answer, frozen=True, kw_only=True):
    """A part of a package: after which others, and under which condition."""

    item: str
    after: list[str]
    only_if: str | None


class PackageLine(Answer, frozen=True, kw_only=True):
    """A package of items with one limit."""

    package: str
    name: str
    version: int
    limit: Limit
    statutory: Limit | None
    refusal: str
    handed_over: str
    parts: list[PartLine]


class FilesWritten(Answer, frozen=True, kw_only=True):
    """The files that were written."""

    files: list[str]


class FolderProblem(Answer, frozen=True, kw_only=True):
    """What is wrong in a folder: in which file and line, and against which rule."""

    file: str
    line: int
    rule: str
    problem: str


class FolderCounts(Answer, frozen=True, kw_only=True):
    """What a folder holds."""

    departments: int
    halls: int
    staff: int
    items: int
    packages: int


class FolderChecked(Answer, frozen=True, kw_only=True):
    """The problems of a folder, or what it holds."""

    problems: list[FolderProblem]
    counts: FolderCounts | None = None


class CityLoaded(Answer, frozen=True, kw_only=True):
    """What a load recorded or would record, a sentence each; nothing where the folder has problems."""

    problems: list[FolderProblem]
    changes: list[str] = []
    position: Position = 0
    only_in_city: list[str] = []
