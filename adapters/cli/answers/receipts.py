"""What is answered once something is recorded: about what, and where it stands in the log."""

from adapters.cli.answers.kinds import Answer, Position


class CaseReceipt(Answer, frozen=True, kw_only=True):
    """A command about a case."""

    case: str
    position: Position


class HandedOver(CaseReceipt, frozen=True, kw_only=True):
    """A result that was handed over, with the code for its rating; null where it was given before."""

    rating_code: str | None


class HallReceipt(Answer, frozen=True, kw_only=True):
    """A command about a hall."""

    hall: str
    position: Position


class DepartmentReceipt(Answer, frozen=True, kw_only=True):
    """A command about a department."""

    department: str
    position: Position


class StaffReceipt(Answer, frozen=True, kw_only=True):
    """A command about a person of the staff."""

    staff: str
    position: Position


class StaffLeft(StaffReceipt, frozen=True, kw_only=True):
    """Somebody left; how many of their tasks were handed on."""

    tasks: int


class TicketReceipt(Answer, frozen=True, kw_only=True):
    """A command about a ticket."""

    ticket: str
    position: Position


class TicketTaken(TicketReceipt, frozen=True, kw_only=True):
    """A number that was given out. ``ahead`` visitors come first, ``windows`` call; the wait is in seconds, null before anybody was served."""

    number: str | None
    ahead: int
    estimated_s: int | None
    windows: int


class TicketCalled(Answer, frozen=True, kw_only=True):
    """The visitor who is called; null and position 0 where nobody waits."""

    ticket: str | None
    number: str | None
    position: Position


class Received(CaseReceipt, frozen=True, kw_only=True):
    """An application that came in. ``alike`` are cases of today of the same applicant, or one of that name, for the same items."""

    applicant: str
    items: list[str]
    alike: list[str]


class Changed(Answer, frozen=True, kw_only=True):
    """How many things a file changed, and the last position; 0 where it changed nothing."""

    changed: int
    position: Position


class ItemChanged(Answer, frozen=True, kw_only=True):
    """An item that was changed by an order."""

    item: str
    changes: int
    position: Position


RECEIPTS: dict[str, type[Answer]] = {
    "case": CaseReceipt,
    "hall": HallReceipt,
    "department": DepartmentReceipt,
    "staff": StaffReceipt,
    "ticket": TicketReceipt,
}
"""The receipt of a command by what it is about."""
