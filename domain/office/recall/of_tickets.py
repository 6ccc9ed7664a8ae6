"""Which command of a ticket recorded its events."""

from domain.office.recall.recalling import Recalling, by_name
from domain.ticket.calling import CallTicket, MarkNoShow, RecallTicket, TransferTicket
from domain.ticket.serving import EndService, ServeMatter
from domain.ticket.taking import BookTicket, GiveUpTicket, TakeTicket

OF_TICKETS: dict[str, Recalling] = {
    "ticket.booked": by_name(BookTicket),
    "ticket.taken": by_name(TakeTicket),
    "ticket.given_up": by_name(GiveUpTicket),
    "ticket.called": by_name(CallTicket),
    "ticket.recalled": by_name(RecallTicket),
    "ticket.no_show": by_name(MarkNoShow),
    "ticket.transferred": by_name(TransferTicket),
    "ticket.matter_served": by_name(ServeMatter),
    "ticket.served": by_name(EndService),
}
"""By the stored name of an event, as for cases."""
