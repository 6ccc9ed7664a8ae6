"""Histories of cases and tickets: every event as it is stored, and in words."""

from typing import TYPE_CHECKING, Any

from msgspec import UNSET, Struct, UnsetType, defstruct
from msgspec.structs import fields

from adapters.cli.answers.kinds import Answer, Position, Stamp
from domain.application.state import Application
from domain.ticket.ticket import Ticket


class HistoryEvent(Answer, frozen=True, kw_only=True):
    """One event. ``data`` and ``act`` are as the record keeps them, personal data sealed; ``hash`` chains the history, ``link``
    the log of all events (SHA-256 in hex). ``status`` is how the case stood after it."""

    version: int
    position: Position
    type: str
    schema_version: int
    title: str
    words: str
    status: str
    occurred_at: Stamp
    recorded_at: Stamp
    person: str
    role: str
    department: str | None
    hall: str | None
    window: str | None
    command_id: str
    data: dict[str, Any]
    act: dict[str, Any]
    hash: str
    link: str


class LitLimit(Answer, frozen=True, kw_only=True):
    """When a limit ends, and how its light looks."""

    due_at: Stamp
    light: str


class BothLimits(Answer, frozen=True, kw_only=True):
    """The promised limit of the decision and the law's; null where none runs."""

    promised: LitLimit | None
    statutory: LitLimit | None


class OpenedApplicant(Answer, frozen=True, kw_only=True):
    """The applicant. Each value is readable, or reads as sealed, erased or damaged; what was never given is absent."""

    applicant_id: str
    kind: str
    name: str | UnsetType = UNSET
    identity_number: str | UnsetType = UNSET
    phone: str | UnsetType = UNSET
    address: str | UnsetType = UNSET


if TYPE_CHECKING:

    class CaseState(Struct):
        """A case as it stands: the fields of ``Application``, with its applicant's data opened."""

        def __init__(self, **fields: Any) -> None: ...
else:
    CaseState = defstruct(
        "CaseState",
        [
            (field.name, OpenedApplicant | None if field.name == "applicant" else field.type)
            for field in fields(Application)
        ],
        frozen=True,
        kw_only=True,
        forbid_unknown_fields=True,
        namespace={"__doc__": "A case as it stands: the fields of ``Application``, with its applicant's data opened."},
    )


class CaseHistory(Answer, frozen=True, kw_only=True):
    """A case as it stands, or stood, and its events up to then."""

    case: str
    limits: BothLimits
    state: CaseState
    events: list[HistoryEvent]


class TicketHistory(Answer, frozen=True, kw_only=True):
    """A ticket as it stands, and its events."""

    ticket: str
    state: Ticket
    events: list[HistoryEvent]
