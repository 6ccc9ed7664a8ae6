"""Records and what is made of them: views, the database, logs in and out."""

from adapters.cli.answers.kinds import Answer, Position, Stamp
from projections.engine.comparison import Finding
from projections.engine.runner import ViewStatus


class XesWritten(Answer, frozen=True, kw_only=True):
    """A log that was written."""

    file: str
    cases: int
    events: int


class LinesWritten(Answer, frozen=True, kw_only=True):
    """The events that were written, a line each."""

    file: str
    events: int


class ViewsStand(Answer, frozen=True, kw_only=True):
    """Where all views stand at least."""

    position: Position


class ViewsRebuilt(Answer, frozen=True, kw_only=True):
    """The views that were rebuilt, and how many rows they have."""

    views: list[str]
    rows: int


class ViewBack(Answer, frozen=True, kw_only=True):
    """The generation of a view that is live again."""

    view: str
    generation: int


class GenerationsDropped(Answer, frozen=True, kw_only=True):
    """How many generations of a view were dropped."""

    view: str
    dropped: int


class Retried(Answer, frozen=True, kw_only=True):
    """How many events were parked, and how many still are."""

    parked: int
    still: int


class SchemaUpgraded(Answer, frozen=True, kw_only=True):
    """The revision of the tables before, null where there were none, and after."""

    before: str | None
    after: str


class DatabaseStatus(Answer, frozen=True, kw_only=True, omit_defaults=True):
    """What a database holds; of its records only where it has tables, of its views only where these are the newest."""

    database: str
    schema: str | None
    newest_schema: str
    master_key_file: str | None
    events: int | None = None
    last_recorded_at: Stamp | None = None
    keys: dict[str, int] | None = None
    views: list[ViewStatus] | None = None


class DatabaseExamined(Answer, frozen=True, kw_only=True):
    """What is wrong with a database."""

    findings: list[Finding]


class KeyRotated(Answer, frozen=True, kw_only=True):
    """The master key that wraps all persons' keys now, and the file of the former one."""

    master: str
    keys: int
    former: str | None


class Copied(Answer, frozen=True, kw_only=True):
    """What a backup holds, or what was restored."""

    events: int
    keys: int
    schema: str
