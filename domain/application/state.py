"""An application as it stands: what its history has made of it. Values only; nothing here decides."""

from collections.abc import Container
from datetime import datetime

from msgspec.structs import replace

from domain.application.components import (
    NOTHING,
    Correction,
    Counted,
    ItemRef,
    ItemResult,
    LogRow,
    Mark,
    Material,
    PackageRef,
    Question,
    Rectification,
    Suspension,
    Task,
)
from domain.application.terms import Channel, Defect, Outcome, Status, TaskStatus, Verdict
from domain.evolving import Versioned
from domain.people.applicant import SealedApplicant
from domain.record import Act, Record, Role, Source
from domain.time.light import Light
from domain.time.working_time import Span, Unit, union

RECOUNTED = "application.limits_recounted"


MOVES = frozenset({"application.clock_resumed", "application.limit_extended"})
"""Events that move a limit of the decision which is counted already; any other that sets one begins it."""


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
