"""What a history is of: a case or a ticket, which views follow; all the others make the city."""

from domain.application.state import Application
from domain.ticket.ticket import Ticket

APPLICATIONS, TICKETS = "application/", "ticket/"
FOLLOWED = (APPLICATIONS, TICKETS)
"""How the histories that views follow begin, in their order."""
Followed = Application | Ticket


def begun(stream_id: str) -> Followed:
    """A case or a ticket of which nothing has happened yet."""
    if stream_id.startswith(TICKETS):
        return Ticket(ticket_id=stream_id.removeprefix(TICKETS))
    return Application(case_id=stream_id.removeprefix(APPLICATIONS))


def end_of(prefix: str) -> str:
    """Before this lie all stream ids that begin with a prefix, and no other after the prefix."""
    return prefix[:-1] + chr(ord(prefix[-1]) + 1)


def name_of(stream_id: str) -> str:
    """How views name a history: a case by its number, a ticket by its stream id."""
    return stream_id.removeprefix(APPLICATIONS)


def stream_of(name: str) -> str:
    """The stream id of what views name so."""
    return name if name.startswith(TICKETS) else APPLICATIONS + name
