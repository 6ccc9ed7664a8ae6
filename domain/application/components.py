"""What an application is made of: moments, materials, tasks, questions, suspensions and what was recorded of each. Values only."""

from datetime import date, datetime

from msgspec import Struct

from domain.application.terms import UNSETTLED, Correctable, Defect, Ground, TaskStatus, Verdict
from domain.time.working_time import Unit


class Mark(Struct, frozen=True, gc=False):
    """A moment of a case (UTC), the hall's calendar in force when it was recorded, and the event that made it.

    With the numbers of two events a figure of a report is traced to what it was made of (rule 12).
    """

    at: datetime
    calendar: int | None
    event: int


class Counted(Struct, frozen=True, gc=False):
    """A span of a limit (UTC) and the version of the hall's calendar by which it was counted."""

    since: datetime
    until: datetime
    calendar: int


class Material(Struct, frozen=True, gc=False):
    """One material of the application: the last copy handed in and the last verdict on it.

    ``promised_by`` is the day for which it was promised last; it stays when the promise is kept or broken; ``promised_under`` is the
    hall's calendar of that promise. ``told`` is the defect that was named of a promised one, and in which words; then it may come
    again until ``answer_by`` (UTC). ``handed_in`` is when the last copy came; ``held_since``
    from when on it holds a grant back.
    """

    content_hash: str | None = None
    verdict: Verdict | None = None
    reason: str | None = None
    promised_by: date | None = None
    defect: Defect | None = None
    promised_under: int | None = None
    told: tuple[Defect, str | None] | None = None
    answer_by: datetime | None = None
    handed_in: datetime | None = None
    held_since: datetime | None = None

    @property
    def owed(self) -> bool:
        """Whether it was promised and is not in order yet; nothing is handed over before it is."""
        return self.promised_by is not None and self.verdict not in (Verdict.ACCEPTED, Verdict.WAIVED)


NOTHING = Material()
"""A material of which nothing is known yet."""


class Task(Struct, frozen=True, kw_only=True, gc=False):
    """One department's part of the application. ``handled_by`` is everybody who ever held it, ``settled_by`` who had the last word."""

    task_id: str
    item_id: str
    department: str
    status: TaskStatus
    opened: Mark
    due_at: datetime
    warn_at: datetime
    unit: Unit
    holder: str | None = None
    snoozed_until: datetime | None = None
    asks_for: tuple[str, ...] = ()
    answer_by: datetime | None = None
    settled: Mark | None = None
    handled_by: tuple[str, ...] = ()
    settled_by: str | None = None

    @property
    def unsettled(self) -> bool:
        """Whether its department still has to say something."""
        return self.status in UNSETTLED


class Question(Struct, frozen=True, gc=False):
    """What somebody who holds a task asked of a department, or without one of the front desk."""

    question_id: str
    task_id: str
    department: str | None
    text: str
    asked: Mark
    answered: Mark | None = None


class Suspension(Struct, frozen=True, kw_only=True, gc=False):
    """A span in which the clock stands still, with its ground; ``ended_at`` is None while it does.

    Without ``stops`` a procedure is under way and the clock runs on. ``department`` is whose people began it.
    """

    suspension_id: str
    ground: Ground
    task_id: str | None
    started_at: datetime
    ended_at: datetime | None = None
    presided_by: str | None = None
    stops: bool = True
    department: str | None = None

    @property
    def holds_the_decision(self) -> bool:
        """Whether a procedure is under way without whose result nothing is decided (article 48)."""
        return self.ended_at is None and self.ground is not Ground.SUPPLEMENT


class Rectification(Struct, frozen=True, gc=False):
    """What follows from one of the two lowest grades: verified, mended and replied to, called back by somebody else.

    ``anonymous`` says that whoever gave the grade, with a code, does not wish to be named to those whom it is about.
    """

    opened: Mark
    due_at: datetime | None
    verified: bool | None = None
    replied_by: str | None = None
    closed: Mark | None = None
    anonymous: bool = False


class ItemResult(Struct, frozen=True, kw_only=True, gc=False):
    """How far one item of a package is that is handed over by itself; ``rating_code`` is kept of the code that went with it."""

    decided: Mark
    ready: Mark | None = None
    issued: Mark | None = None
    issued_by: str | None = None
    rating_code: str | None = None


class Correction(Struct, frozen=True, gc=False):
    """Event number ``by`` set a field of event number ``event`` right."""

    event: int
    field: Correctable
    by: int


class LogRow(Struct, frozen=True, gc=False):
    """A row of a log from elsewhere: when it happened, its place in the file, and what it says was done by whom."""

    mark: Mark
    place: int
    activity: str
    department: str | None


class ItemRef(Struct, frozen=True, gc=False):
    """A service item at the catalogue version the application was taken in under (rule 2)."""

    item_id: str
    version: int


class PackageRef(Struct, frozen=True, gc=False):
    """A package at the version the application was taken in under (rule 2)."""

    package_id: str
    version: int
