"""Reports: figures, in seconds, and the events behind them."""

from datetime import datetime

from msgspec import UNSET, UnsetType

from adapters.cli.answers.kinds import Answer, Position


class TimeFigures(Answer, frozen=True, kw_only=True):
    """How long cases or their stages took in one group, in seconds: the mean, and percentiles.

    It names what was grouped by and nothing else, and all of that as ``group``; null is what has no group. ``corrected`` of the cases
    were corrected.
    """

    group: str | None
    channel: str | UnsetType | None = UNSET
    department: str | UnsetType | None = UNSET
    item: str | UnsetType | None = UNSET
    window: str | UnsetType | None = UNSET
    hall: str | UnsetType | None = UNSET
    zone: str | UnsetType | None = UNSET
    layout: str | UnsetType | None = UNSET
    month: str | UnsetType | None = UNSET
    activity: str | UnsetType | None = UNSET
    result: str | UnsetType | None = UNSET
    cases: int
    corrected: int
    mean_s: float
    p50_s: float
    p90_s: float
    p99_s: float


class FigureOfPeriod(Answer, frozen=True, kw_only=True):
    """A figure of a period, how many parts it is made of, and the command that lists them."""

    value: float | None
    of: int
    evidence: str


class FiguresCompared(Answer, frozen=True, kw_only=True):
    """A figure of two periods, and by how many hundredths it changed."""

    figure: str
    meaning: str
    made_of: str
    before: FigureOfPeriod
    after: FigureOfPeriod
    change_percent: float | None


class EventBehind(Answer, frozen=True, kw_only=True):
    """An event behind a figure."""

    position: Position
    history: str
    event: int
    type: str
    occurred_at: datetime


class PartOfFigure(Answer, frozen=True, kw_only=True):
    """One part of a figure, its value in the figure's unit, and the events that it is made of."""

    value: float
    about: str
    events: list[EventBehind]
