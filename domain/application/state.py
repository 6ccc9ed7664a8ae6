"""An application as it stands: what its history has made of it. Values only; nothing here decides."""

from collections.abc import Container
from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from domain.evolving import Versioned
from domain.people.applicant import SealedApplicant
from domain.record import Act, Record, Role, Source
from domain.time.light import Light
from domain.time.working_time import Span, Unit, union


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
    UNCOLLECTED = "uncollected"
    NOT_ACCEPTED = "not_accepted"
    SENT_BACK = "sent_back"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    REVOKED = "revoked"
    TERMINATED = "terminated"
    IMPORTED = "imported"


class Verdict(StrEnum):
    """What the check of a material found (材料审查)."""

    ACCEPTED = "accepted"
    DEFECTIVE = "defective"
    MISSING = "missing"
    WAIVED = "waived"
    DEFERRED = "deferred"


class Defect(StrEnum):
    """Of what kind a defect of a material is. ``another_paper``: what is asked for is not there, though something was handed in."""

    ANOTHER_PAPER = "another_paper"
    NOT_SIGNED = "not_signed"
    NOT_SEALED = "not_sealed"
    ILLEGIBLE = "illegible"
    PAGES_MISSING = "pages_missing"
    COPY = "copy"
    EXPIRED = "expired"
    WRONG_FORM = "wrong_form"
    CONTRADICTORY = "contradictory"
    OTHER = "other"


class Outcome(StrEnum):
    """The decision on the application as a whole (决定)."""

    GRANTED = "granted"
    PARTLY_GRANTED = "partly_granted"
    REFUSED = "refused"


class Correctable(StrEnum):
    """What of an event can be set right: when it happened; at its intake also the window, and the channel."""

    OCCURRED_AT = "occurred_at"
    WINDOW = "window"
    CHANNEL = "channel"


class Ground(StrEnum):
    """Why a clock stands still: the closed list of the Administrative Licensing Law, article 45, another law, and supplements."""

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
    ANOTHER_LAW = "another_law"


class TaskStatus(StrEnum):
    """Where a department's part stands (部门审批)."""

    OPEN = "open"
    CLAIMED = "claimed"
    RETURNED = "returned"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


UNSETTLED = (TaskStatus.OPEN, TaskStatus.CLAIMED, TaskStatus.RETURNED)
"""While a department still has to say something."""


class AppealResult(StrEnum):
    """What came out of an appeal (复议结果): the closed list of the Administrative Reconsideration Law, articles 63 to 69 and 73.

    What is annulled, changed or ordered to be done is taken up again; what is upheld or only confirmed as unlawful is not, nor an
    appeal that was withdrawn or settled without it.
    """

    ANNULLED = "annulled"
    CHANGED = "changed"
    ORDERED_TO_ACT = "ordered_to_act"
    UPHELD = "upheld"
    CONFIRMED_UNLAWFUL = "confirmed_unlawful"
    WITHDRAWN = "withdrawn"

    @property
    def reopens(self) -> bool:
        """Whether the case is taken up again."""
        return self in (AppealResult.ANNULLED, AppealResult.CHANGED, AppealResult.ORDERED_TO_ACT)


class NotAccepted(StrEnum):
    """Why an application is not accepted: the closed list of the Administrative Licensing Law, article 32 (1) (2) (4)."""

    NOT_REQUIRED = "not_required"
    NOT_IN_POWERS = "not_in_powers"
    INCOMPLETE = "incomplete"


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


RECOUNTED = "application.limits_recounted"
MOVES = frozenset({"application.clock_resumed", "application.limit_extended"})
"""Events that move a limit of the decision which is counted already; any other that sets one begins it."""


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


class Application(Versioned, frozen=True, kw_only=True):
    """One case (办件), from intake to feedback. Immutable; each event makes the next one.

    ``clock`` is the latest moment of its events so far: it never runs backwards (rule 7), even where an
    imported log does; ``stopped_since`` is when it stood still, while it does. ``imported`` says that the history comes from such a log.
    ``withdrawn_parts`` are the items that are asked for no more; ``sent_back_parts`` those of them for which a promise was broken,
    ``parts_not_accepted`` those that were not accepted, with how far the paper about each is.
    ``at_the_desk`` is everybody who acted in it at a front desk, ``decided_by`` everybody who ever decided it,
    ``made_ready_by`` who made a result of it out.
    ``asked_again`` is what departments returned to the applicant, once each (rule 4).
    ``not_accepted`` is when acceptance was refused by a paper, which is handed over as a result is, ``not_accepted_by`` who refused it.
    ``accept_by`` is until when an order after an appeal has the office decide on the acceptance anew.
    ``rating_code`` is what is kept of the code with which the result is rated (``domain.application.path.rating_code``).
    ``noticed_for`` is the kind of defect that the notice named of each of its materials, and in which words.
    ``answered`` says that something came that the notice had asked for, ``overdue`` that its time is over and the front desk decides.
    ``supplemented`` is when the last material came that the notice had asked for, or the office did without it; ``lights`` are those that turned,
    by task or limit. ``item_outcomes`` is what was decided on each item (article 38), ``fell_with`` on whose
    account one was not granted though nobody decided on its merits,
    ``item_results`` how far those are that were decided or handed over by themselves (``domain.application.path.item_by_item``). ``corrections`` are those that set a value right.
    ``due_at`` is the promised limit of the decision, ``statutory_due_at`` that of the law, None where no law is named; after
    ``warn_at`` and ``statutory_warn_at`` their lights are yellow. ``counted`` and ``statutory_counted`` say by which calendars
    they were counted, ``answering`` the same of ``answer_by``; ``recounted`` is the calendar of the last recount;
    ``kept_ends`` are the ends of what was counted from the case file when it was transferred, by the event of its beginning and its name.
    ``cancelled`` is when the licence that was handed over was struck off.
    A case that was reopened is in a further round since ``reopened``; ``former`` is how it stood before that.
    """

    case_id: str
    status: Status = Status.NEW
    channel: Channel | None = None
    channel_label: str | None = None
    items: tuple[ItemRef, ...] = ()
    package: PackageRef | None = None
    withdrawn_parts: tuple[str, ...] = ()
    sent_back_parts: tuple[str, ...] = ()
    parts_not_accepted: dict[str, ItemResult] = {}
    department: str | None = None
    applicant: SealedApplicant | None = None
    hall: str | None = None
    zone: str | None = None
    window: str | None = None
    layout: str | None = None
    materials: dict[str, Material] = {}
    noticed: tuple[str, ...] | None = None
    noticed_for: dict[str, tuple[Defect, str | None]] = {}
    answer_by: datetime | None = None
    supplemented: Mark | None = None
    answered: bool = False
    overdue: bool = False
    asked_again: tuple[str, ...] = ()
    tasks: dict[str, Task] = {}
    questions: dict[str, Question] = {}
    suspensions: tuple[Suspension, ...] = ()
    stopped_since: datetime | None = None
    due_at: datetime | None = None
    warn_at: datetime | None = None
    unit: Unit = Unit.WORKING_DAYS
    statutory_due_at: datetime | None = None
    statutory_warn_at: datetime | None = None
    statutory_unit: Unit | None = None
    extended: bool = False
    lights: dict[str, Light] = {}
    outcome: Outcome | None = None
    item_outcomes: dict[str, Outcome] = {}
    fell_with: dict[str, str] = {}
    item_results: dict[str, ItemResult] = {}
    grade: int | None = None
    evaluation_closed: bool = False
    rectification: Rectification | None = None
    received_by: str | None = None
    at_the_desk: tuple[str, ...] = ()
    decided_by: tuple[str, ...] = ()
    made_ready_by: tuple[str, ...] = ()
    issued_by: str | None = None
    rating_code: str | None = None
    started: Mark | None = None
    accepted: Mark | None = None
    not_accepted: Mark | None = None
    not_accepted_by: str | None = None
    accept_by: datetime | None = None
    decided: Mark | None = None
    ready: Mark | None = None
    issued: Mark | None = None
    ended: Mark | None = None
    cancelled: Mark | None = None
    clock: Mark | None = None
    imported: bool = False
    reopened: Mark | None = None
    former: "Application | None" = None
    corrections: tuple[Correction, ...] = ()
    counted: tuple[Counted, ...] = ()
    statutory_counted: tuple[Counted, ...] = ()
    answering: Counted | None = None
    recounted: int | None = None
    kept_ends: dict[str, datetime] = {}
    held: tuple[Span, ...] = ()
    """Spans in which a grant was held back, as a promised material did not come, until it was in order."""
    rows: tuple[LogRow, ...] = ()
    """The rows of a log as they read now, in the order in which they were recorded."""

    def advanced(self, record: Record) -> "Application":
        act, clock = record.act, self.clock
        if clock is None or act.occurred_at >= clock.at:
            clock = Mark(act.occurred_at, act.calendar, record.originator_version)
        actor, at_the_desk = act.actor, self.at_the_desk
        if actor.role is Role.FRONT_DESK and actor.person not in at_the_desk:
            at_the_desk = (*at_the_desk, actor.person)
        return replace(
            self,
            at_the_desk=at_the_desk,
            version=record.originator_version,
            clock=clock,
            imported=self.imported or act.source is not None,
            rows=self.rows if act.source is None else (*self.rows, _row(record, act.source)),
            counted=_counted(self, self.counted, self.due_at, record),
            statutory_counted=_counted(self, self.statutory_counted, self.statutory_due_at, record),
            answering=self.answering if self.answer_by is None else _answering(self, self.answer_by, record),
        )

    @property
    def rows_by_time(self) -> tuple[LogRow, ...]:
        """The rows of a log by time, in the order of its file where times are equal."""
        return tuple(sorted(self.rows, key=lambda row: (row.mark.at, row.place, row.mark.event)))

    def material(self, name: str) -> Material:
        """One of its materials as it stands; nothing handed in and nothing checked where nothing is known of it."""
        return self.materials.get(name, NOTHING)

    @property
    def active_items(self) -> tuple[ItemRef, ...]:
        """The items that are a part of it still: neither withdrawn nor sent back."""
        return tuple(ref for ref in self.items if ref.item_id not in self.withdrawn_parts)

    @property
    def approved_tasks(self) -> frozenset[str]:
        """The names of the tasks that are approved."""
        return frozenset(name for name, task in self.tasks.items() if task.status is TaskStatus.APPROVED)

    @property
    def open_stops(self) -> tuple[Suspension, ...]:
        """The suspensions that are not over."""
        return tuple(stop for stop in self.suspensions if stop.ended_at is None)

    def open_stops_of(self, tasks: Container[str | None]) -> list[Suspension]:
        """The suspensions that are not over and belong to these tasks."""
        return [stop for stop in self.open_stops if stop.task_id in tasks]

    def mark(self, act: Act) -> Mark:
        """This moment, as the next event makes it."""
        return Mark(act.occurred_at, act.calendar, self.version + 1)

    @property
    def round(self) -> int:
        """How often it was taken up: 1, and one more for each reopening."""
        return 1 if self.former is None else self.former.round + 1

    @property
    def begun(self) -> Mark | None:
        """From when the limits of the decision run: the acceptance, or the reopening of what was accepted."""
        return self.accepted if self.accept_by is not None else self.reopened or self.accepted

    @property
    def result(self) -> str | None:
        """What became of it in this round: the outcome, or the state in which it ended without one; None while it is open."""
        if self.outcome is not None:
            return self.outcome.value
        if self.not_accepted is not None:
            return Status.NOT_ACCEPTED.value
        return self.status.value if self.ended is not None and not self.imported else None

    @property
    def served_by(self) -> frozenset[str]:
        """The staff whose service an evaluation is about: who received, ever held a task, made the result out, and handed over."""
        handled = (person for task in self.tasks.values() for person in task.handled_by)
        issued = (result.issued_by for result in self.item_results.values())
        return frozenset(
            name
            for name in (self.received_by, self.issued_by, *issued, *self.at_the_desk, *self.made_ready_by, *handled)
            if name
        )

    def touched_tasks(self, person: str) -> tuple[str, ...]:
        """The tasks that somebody ever held or settled, handed on and released ones included (rule 9)."""
        return tuple(name for name, task in self.tasks.items() if person in (*task.handled_by, task.settled_by))

    @property
    def lacking(self) -> tuple[str, ...]:
        """What the one-time notice named and nobody has handed in, or not in order."""
        wanting = (Verdict.MISSING, Verdict.DEFECTIVE)
        return tuple(m for m in self.noticed or () if self.material(m).verdict in wanting)

    @property
    def concluded(self) -> Mark | None:
        """When it was decided, or refused to accept: a paper about that goes to the applicant."""
        return self.decided or self.not_accepted

    @property
    def under_way(self) -> bool:
        """Whether somebody still has to act before the result is in the applicant's hands."""
        return self.started is not None and self.ended is None

    @property
    def clock_stopped(self) -> bool:
        """Whether a suspension is open."""
        return self.stopped_since is not None

    def passed(self, limit: datetime, at: datetime) -> bool:
        """Whether a limit of the decision or of a task is over at a moment: not while the clock stands still (article 45)."""
        return limit < (at if self.stopped_since is None else min(at, self.stopped_since))

    @property
    def ended_stops(self) -> tuple[Span, ...]:
        """The union of the suspensions that are over (UTC)."""
        return union((s.started_at, s.ended_at) for s in self.suspensions if s.stops and s.ended_at is not None)

    def stopped_spans(self, until: datetime) -> tuple[Span, ...]:
        """The union of the suspensions up to ``until``, open ones cut there (UTC)."""
        return union((s.started_at, s.ended_at or until) for s in self.suspensions if s.stops)


def _counted(
    case: Application, counted: tuple[Counted, ...], due_at: datetime | None, record: Record
) -> tuple[Counted, ...]:
    """How a limit of the decision was counted, after an event that may have set it."""
    if due_at is None:
        return ()
    by = record.act.calendar
    if by is None or (counted and counted[-1].until == due_at):
        return counted
    if counted and record.event.type_name == RECOUNTED:
        return (Counted(counted[0].since, due_at, by),)
    if counted and record.event.type_name in MOVES and due_at > counted[-1].until:
        return (*counted, Counted(counted[-1].until, due_at, by))
    begun = case.begun
    since = record.act.occurred_at if begun is None else begun.at
    return (Counted(since, due_at, by),)


def _answering(case: Application, answer_by: datetime, record: Record) -> Counted | None:
    """The same of the period for what the notice asked for."""
    known, by = case.answering, record.act.calendar
    if by is None or (known is not None and known.until == answer_by):
        return known
    goes_on = known is not None and record.event.type_name == RECOUNTED
    return Counted(known.since if known is not None and goes_on else record.act.occurred_at, answer_by, by)


def _row(record: Record, source: Source) -> LogRow:
    mark = Mark(record.act.occurred_at, record.act.calendar, record.originator_version)
    return LogRow(mark, source.ordinal, source.activity, source.department)
