"""An application as it stands: what its history has made of it. Values only; nothing here decides."""

from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from domain.evolving import Versioned
from domain.people import SealedApplicant
from domain.record import Act, Record
from domain.working_time import Span, Unit, union


class Channel(StrEnum):
    """How an application came in (收件渠道)."""

    WINDOW = "window"
    ONLINE = "online"
    KIOSK = "kiosk"
    POST = "post"
    IMPORT = "import"


class Status(StrEnum):
    """Where an application stands on its path."""

    NEW = "new"
    RECEIVED = "received"
    SUPPLEMENTING = "supplementing"
    IN_REVIEW = "in_review"
    DECIDED = "decided"
    RESULT_READY = "result_ready"
    ISSUED = "issued"
    EVALUATED = "evaluated"
    NOT_ACCEPTED = "not_accepted"
    WITHDRAWN = "withdrawn"
    IMPORTED = "imported"


class Verdict(StrEnum):
    """What the check of a material found (材料审查)."""

    ACCEPTED = "accepted"
    DEFECTIVE = "defective"
    MISSING = "missing"
    WAIVED = "waived"
    DEFERRED = "deferred"


class Outcome(StrEnum):
    """The decision on the application as a whole (决定)."""

    GRANTED = "granted"
    REFUSED = "refused"


class Ground(StrEnum):
    """Why a clock stands still: the closed list of the Administrative Licensing Law, article 45, and supplements."""

    SUPPLEMENT = "supplement"
    HEARING = "hearing"
    TENDER = "tender"
    AUCTION = "auction"
    INSPECTION = "inspection"
    TEST = "test"
    QUARANTINE = "quarantine"
    APPRAISAL = "appraisal"
    EXPERT_REVIEW = "expert_review"
    PUBLICATION = "publication"


class TaskStatus(StrEnum):
    """Where a department's part stands (部门审批)."""

    OPEN = "open"
    CLAIMED = "claimed"
    RETURNED = "returned"
    APPROVED = "approved"
    REFUSED = "refused"


class Mark(Struct, frozen=True, gc=False):
    """A moment of a case (UTC), the hall's calendar in force when it was recorded, and the event that made it.

    With the numbers of two events a figure of a report is traced to what it was made of (rule 12).
    """

    at: datetime
    calendar: int | None
    event: int


class Material(Struct, frozen=True, gc=False):
    """One material of the application: the last copy handed in and the last verdict on it."""

    content_hash: str | None = None
    verdict: Verdict | None = None
    reason: str | None = None
    promised_by: date | None = None


class Task(Struct, frozen=True, kw_only=True, gc=False):
    """One department's part of the application."""

    task_id: str
    item_id: str
    department: str
    status: TaskStatus
    opened: Mark
    due_at: datetime
    warn_at: datetime
    unit: Unit
    holder: str | None = None
    asks_for: tuple[str, ...] = ()
    settled: Mark | None = None


class Suspension(Struct, frozen=True, kw_only=True, gc=False):
    """A span in which the clock stands still, with its ground; ``ended_at`` is None while it does."""

    suspension_id: str
    ground: Ground
    task_id: str | None
    started_at: datetime
    ended_at: datetime | None = None


class ItemRef(Struct, frozen=True, gc=False):
    """A service item at the catalogue version the application was taken in under (rule 2)."""

    item_id: str
    version: int


class Application(Versioned, frozen=True, kw_only=True):
    """One case (办件), from intake to feedback. Immutable; each event makes the next one.

    ``clock`` is the latest moment of its events so far: it never runs backwards (rule 7), even where an
    imported log does; ``stopped_since`` is when it stood still, while it does. ``imported`` says that the history comes from such a log.
    """

    case_id: str
    status: Status = Status.NEW
    channel: Channel | None = None
    channel_label: str | None = None
    items: tuple[ItemRef, ...] = ()
    department: str | None = None
    applicant: SealedApplicant | None = None
    hall: str | None = None
    zone: str | None = None
    window: str | None = None
    layout: str | None = None
    materials: dict[str, Material] = {}
    noticed: tuple[str, ...] | None = None
    tasks: dict[str, Task] = {}
    suspensions: tuple[Suspension, ...] = ()
    stopped_since: datetime | None = None
    due_at: datetime | None = None
    unit: Unit = Unit.WORKING_DAYS
    outcome: Outcome | None = None
    grade: int | None = None
    started: Mark | None = None
    accepted: Mark | None = None
    decided: Mark | None = None
    ready: Mark | None = None
    issued: Mark | None = None
    ended: Mark | None = None
    clock: Mark | None = None
    imported: bool = False

    def advanced(self, record: Record) -> "Application":
        clock = self.clock
        if clock is None or record.act.occurred_at >= clock.at:
            clock = Mark(record.act.occurred_at, record.act.calendar, record.originator_version)
        return replace(
            self,
            version=record.originator_version,
            clock=clock,
            imported=self.imported or record.act.source is not None,
        )

    def mark(self, act: Act) -> Mark:
        """This moment, as the next event makes it."""
        return Mark(act.occurred_at, act.calendar, self.version + 1)

    @property
    def under_way(self) -> bool:
        """Whether somebody still has to act before the result is in the applicant's hands."""
        return self.started is not None and self.ended is None

    @property
    def clock_stopped(self) -> bool:
        """Whether a suspension is open."""
        return self.stopped_since is not None

    def stopped_spans(self, until: datetime) -> tuple[Span, ...]:
        """The union of the suspensions up to ``until``, open ones cut there (UTC)."""
        return union((s.started_at, s.ended_at or until) for s in self.suspensions)
