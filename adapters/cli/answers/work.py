"""Lists of open work: the city's, a hall's, a window's, a department's; and what is due."""

from adapters.cli.answers.kinds import Answer, Stamp


class AsOf(Answer, frozen=True, kw_only=True):
    """The moment at which a list stood, and whether what had ``occurred`` or what was ``recorded`` by then counts."""

    at: Stamp
    by: str


class WorkLine(Answer, frozen=True, kw_only=True):
    """One thing that a case waits for. ``of`` is the department, or the side on which it stands; ``age_s`` seconds since then."""

    case: str
    task: str
    waits_for: str
    of: str | None
    status: str
    light: str
    due_at: Stamp | None
    statutory_light: str | None
    statutory_due_at: Stamp | None
    since_at: Stamp
    age_s: float
    snoozed_until: Stamp | None
    item: str | None
    items: list[str]
    applicant: str | None
    department: str | None
    hall: str | None
    zone: str | None
    window: str | None
    case_status: str
    holder: str | None
    asks_for: str | None
    parked: bool


class WorkCount(Answer, frozen=True, kw_only=True):
    """How much of one kind waits in one hall, in how many cases, and since when the oldest."""

    waits_for: str
    hall: str | None
    work: int
    cases: int
    since: Stamp


class OpenWorkPage(Answer, frozen=True, kw_only=True):
    """All that waits in the city: ``open`` pieces of work in ``cases``, counted by kind and hall, and a page of them."""

    as_of: AsOf | None
    open: int
    cases: int
    counts: list[WorkCount]
    work: list[WorkLine]
    next: str | None


class IntakePage(Answer, frozen=True, kw_only=True):
    """What no window of a hall has in hand."""

    hall: str
    as_of: AsOf | None
    work: list[WorkLine]
    next: str | None


class ReceivedLine(Answer, frozen=True, kw_only=True):
    """An application that a window received today."""

    case: str
    applicant: str | None
    items: list[str]
    department: str | None
    case_status: str
    received_at: Stamp
    parked: bool


class DeskLists(Answer, frozen=True, kw_only=True, omit_defaults=True):
    """The lists of a window; only one where one was asked for. ``next`` says of a list that goes on how to see the rest."""

    hall: str
    window: str
    kind: str
    as_of: AsOf | None
    more: list[str]
    next: dict[str, str]
    received: list[ReceivedLine] | None = None
    in_hand: list[WorkLine] | None = None
    waiting: list[WorkLine] | None = None
    asked: list[WorkLine] | None = None
    results: list[WorkLine] | None = None


class QueuePage(Answer, frozen=True, kw_only=True):
    """A department's work, of which ``open`` pieces pass the filter."""

    department: str
    as_of: AsOf | None
    open: int
    tasks: list[WorkLine]
    next: str | None


class HolderLoad(Answer, frozen=True, kw_only=True):
    """What one person has to do; ``holder`` is null for what nobody has taken."""

    holder: str | None
    tasks: int
    yellow: int
    red: int
    paused: int


class QueueLoad(Answer, frozen=True, kw_only=True):
    """A department's work by holder."""

    department: str
    as_of: AsOf | None
    load: list[HolderLoad]


class DueLine(Answer, frozen=True, kw_only=True):
    """What is to be done on a case, or a ticket, until when."""

    case: str
    what: str
    part: str
    hall: str | None
    due_at: Stamp


class LimitsPassed(Answer, frozen=True, kw_only=True):
    """How many limits had passed and were recorded, and how many cases could not be checked."""

    lapsed: int
    failed: int


class FoundCase(Answer, frozen=True, kw_only=True):
    """An application that was found."""

    case: str
    status: str
    items: list[str]
    applicant: str | None
    hall: str | None
    window: str | None
    received_at: Stamp
    ended_at: Stamp | None
    parked: bool


class FoundCases(Answer, frozen=True, kw_only=True):
    """Applications, the latest first."""

    cases: list[FoundCase]
    next: str | None


class TaskAnswer(Answer, frozen=True, kw_only=True):
    """What became of one task of many."""

    case: str
    task: str
    answer: str


class TaskAnswers(Answer, frozen=True, kw_only=True):
    """What became of many tasks."""

    tasks: list[TaskAnswer]
    refused: int


class MoveAnswer(Answer, frozen=True, kw_only=True):
    """What became of a case that is moved to a newer version of an item, and what that changes."""

    case: str
    status: str
    changes: list[str]
    answer: str


class MoveAnswers(Answer, frozen=True, kw_only=True):
    """What became of all of them."""

    cases: list[MoveAnswer]
    refused: int
