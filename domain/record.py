"""One entry of a history: an event with who did it, when, where, and by which command (rule 11)."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar, TypeVar, dataclass_transform

import msgspec
from msgspec import Struct
from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from domain.identifier import PLAIN, checked, normalised
from domain.personal_number import not_personal
from domain.steering import STEERS

LOOKS_PLAIN = Field(json_schema_extra={"pattern": PLAIN})
ONE_LINE = rf"^[^\x20\t\n\r{STEERS}][^\t\n\r{STEERS}]*$"
Naming = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200, pattern=ONE_LINE),
    BeforeValidator(normalised),
    AfterValidator(checked),
    LOOKS_PLAIN,
]
"""Names something elsewhere: any script, in one form, and nothing that is not seen (``domain.identifier``)."""
Identifier = Annotated[Naming, AfterValidator(not_personal)]
"""Names a thing of the office; never a number that says who somebody is."""
LINES = rf"^[^{STEERS}]*$"
Text = Annotated[str, StringConstraints(min_length=1, max_length=4000, strip_whitespace=True, pattern=LINES)]
"""What a person wrote; any script, no control characters but tabs and ends of lines."""


CommandId = Annotated[
    str,
    StringConstraints(min_length=1, max_length=500, pattern=ONE_LINE),
    BeforeValidator(normalised),
    AfterValidator(checked),
    LOOKS_PLAIN,
]
"""Names one command for good; long enough to carry a case number and where it came from."""


ADDED = Field(exclude_if=lambda value: value is None)
"""Marks an optional field that a command, or a value in one, got after a release: ``Annotated[int | None, ADDED] = None``.

While it is None it is left out of what is hashed, so that a command of before keeps its digest and answers as before (rule 8).
"""


LOOKS_LIKE_A_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,63}")
"""How the office's numbers look; a name in Chinese, or with a blank, does not."""


class Role(StrEnum):
    """In which capacity somebody acts."""

    FRONT_DESK = "front_desk"
    REVIEWER = "reviewer"
    HEAD = "head"
    ISSUER = "issuer"
    APPLICANT = "applicant"
    IMPORTER = "importer"
    OPERATOR = "operator"
    AUDITOR = "auditor"
    REPORTER = "reporter"
    CLOCK = "clock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts: a person's number (never a name), the role, and where."""

    person: Identifier
    role: Role
    department: Identifier | None = None
    hall: Identifier | None = None
    window: Identifier | None = None


CLOCK = Actor(person="clock", role=Role.CLOCK)
"""Nobody: a limit passed, and the law or the hall says what follows."""
IMPORT = "import"
"""Nobody: a log from elsewhere is taken in."""
ANONYMOUS = "anonymous"
"""The person who evaluates and wishes not to be named."""
PROGRAM = frozenset({CLOCK.person, IMPORT, ANONYMOUS})
"""The numbers that no person of the staff has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where an imported event stood: its log, its place in the case, and every attribute as it was written.

    ``case_attributes`` stand at a case's first event, and again where a later row of the log says otherwise.
    """

    log: str
    ordinal: int
    activity: str
    department: str | None = None
    channel: str | None = None
    group: str | None = None
    resource: str | None = None
    attributes: dict[str, str] = field(default_factory=dict)
    case_attributes: dict[str, str] = field(default_factory=dict)


STAMP_LENGTH = 27


def stamp(at: datetime) -> str:
    """A time as the records write it: UTC, microseconds, always 27 characters, so that text sorts as time does."""
    text: str = msgspec.to_builtins(at if at.tzinfo is UTC else at.astimezone(UTC))
    return text if len(text) == STAMP_LENGTH else f"{text[:-1]}.000000Z"


UNRECORDED = datetime(1, 1, 1, tzinfo=UTC)
"""The recording time of what is not recorded yet."""


class Act(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The circumstances of an event. Times are UTC.

    ``occurred_at`` is when it happened (its effective time), ``recorded_at`` when the store learnt of it.
    ``calendar`` is the version of the hall's calendar it was decided under, so that a computed time never
    depends on when it is computed (rule 7). ``stands_in_for`` is the absent person with whose post a substitute acted.
    """

    actor: Actor
    command_id: str
    correlation_id: str
    causation_id: str | None = None
    occurred_at: datetime
    recorded_at: datetime = UNRECORDED
    calendar: int | None = None
    source: Source | None = None
    stands_in_for: str | None = None


class Event:
    """Something that happened in the office. Subclasses are frozen values made by the ``event`` decorator."""

    __slots__ = ()
    type_name: ClassVar[str]
    title: ClassVar[str]
    schema: ClassVar[int]

    def evolve(self, state: Any, act: Act) -> Any:
        """The state after this event. Checks nothing and cannot fail: rules were checked when it was decided."""
        raise TypeError(f"{type(self).__name__} does not say what it changes")


EventClass = TypeVar("EventClass", bound=Event)
EVENT_TYPES: dict[str, type[Event]] = {}
"""Every event type by its stored name."""


@dataclass_transform(frozen_default=True, kw_only_default=True)
def event(type_name: str, title: str, schema: int = 1) -> Callable[[type[EventClass]], type[EventClass]]:
    """Give an event class its stored name, its title and its schema version; name and schema outlive any renaming of the code.

    The title is what people call it: the term of the office, a blank, its English (``"受理 accepted"``).
    """

    def mark(cls: type[EventClass]) -> type[EventClass]:
        made = dataclass(frozen=True, slots=True, kw_only=True)(cls)
        made.type_name, made.title, made.schema = type_name, title, schema
        if type_name in EVENT_TYPES:
            raise TypeError(f"two event classes are named {type_name}")
        EVENT_TYPES[type_name] = made
        return made

    return mark


class Record(Struct, frozen=True, gc=False):
    """An event in its place: which history (``originator_id``), which number in it, and the circumstances.

    ``position`` is its place in the log of all events, 0 while it is not stored.
    """

    originator_id: str
    originator_version: int
    event: Event
    act: Act
    position: int = 0
