"""What a command answers programs: the receipt of its group, or an answer of its own."""

from typing import Any

from adapters.cli.answers import city, evidence, histories, receipts, records, reports, work
from adapters.cli.answers.kinds import Answer
from adapters.exchange.importing import Imported
from adapters.simulation.simulation import Summary
from adapters.store.attempts import Attempt
from adapters.store.audit import Audit
from projections.engine.parking import Parked
from projections.engine.runner import ViewStatus
from projections.views.hall_queue import Visitor

BY_GROUP: dict[str, type[Answer]] = {
    "case": receipts.CaseReceipt,
    "department": receipts.DepartmentReceipt,
    "hall": receipts.HallReceipt,
    "staff": receipts.StaffReceipt,
    "task": receipts.CaseReceipt,
    "ticket": receipts.TicketReceipt,
}
"""What the commands of a group answer that record something and say nothing else."""
ANSWERS: dict[str, tuple[Any, ...]] = {
    "attempts": (list[Attempt],),
    "calendar load": (city.CalendarLoaded,),
    "calendar recount": (city.LimitsRecounted,),
    "calendar show": (city.HallCalendar,),
    "case find": (work.FoundCases,),
    "case hand-over": (receipts.HandedOver,),
    "case intake": (receipts.Received,),
    "case move": (work.MoveAnswers,),
    "catalogue change": (receipts.ItemChanged,),
    "catalogue diff": (city.VersionsCompared,),
    "catalogue list": (list[city.ItemLine],),
    "catalogue load": (receipts.Changed,),
    "catalogue packages": (list[city.PackageLine],),
    "catalogue show": (city.ItemShown,),
    "city check": (city.FolderChecked,),
    "city export": (city.FilesWritten,),
    "city init": (city.FilesWritten,),
    "city load": (city.CityLoaded,),
    "db backup": (records.Copied,),
    "db check": (records.DatabaseExamined,),
    "db restore": (records.Copied,),
    "db status": (records.DatabaseStatus,),
    "db upgrade": (records.SchemaUpgraded,),
    "department list": (list[city.DepartmentLine],),
    "desk": (work.DeskLists,),
    "due": (list[work.DueLine],),
    "evidence check": (evidence.EvidenceChecked,),
    "evidence cosign": (evidence.CheckpointSeen,),
    "evidence key": (evidence.LogKeyShown,),
    "evidence proof": (evidence.EventProof,),
    "evidence publish": (evidence.LogPublished,),
    "export log": (records.LinesWritten,),
    "export xes": (records.XesWritten,),
    "hall excluded": (list[city.Exclusion],),
    "hall list": (list[city.HallLine],),
    "hall load": (receipts.Changed,),
    "hall show": (city.HallWindows,),
    "hall windows": (city.WindowCount,),
    "history": (histories.CaseHistory,),
    "import": (Imported,),
    "intake": (work.IntakePage,),
    "key rotate": (records.KeyRotated,),
    "open": (work.OpenWorkPage,),
    "project drop": (records.GenerationsDropped,),
    "project parked": (list[Parked],),
    "project rebuild": (records.ViewsRebuilt,),
    "project retry": (records.Retried,),
    "project rollback": (records.ViewBack,),
    "project status": (list[ViewStatus],),
    "queue": (work.QueuePage, work.QueueLoad),
    "report evidence": (list[reports.PartOfFigure],),
    "report processing-time": (list[reports.TimeFigures],),
    "report reform": (list[reports.FiguresCompared],),
    "rights": (list[city.Right],),
    "simulate": (Summary,),
    "staff hand-over": (work.TaskAnswers,),
    "staff leave": (receipts.StaffLeft,),
    "staff list": (list[city.StaffPost],),
    "staff show": (city.StaffMember,),
    "task approve-alike": (work.TaskAnswers,),
    "tick": (work.LimitsPassed, list[work.DueLine]),
    "ticket arrive": (receipts.TicketTaken,),
    "ticket call": (receipts.TicketCalled,),
    "ticket queue": (list[Visitor],),
    "ticket show": (histories.TicketHistory,),
    "ticket take": (receipts.TicketTaken,),
    "verify": (Audit,),
}
"""What others answer; several types where it depends on the options."""


def answers_of(command: str) -> tuple[Any, ...]:
    """The types of what a command answers. Raises ``LookupError`` for one that answers nothing to programs."""
    return ANSWERS.get(command) or (BY_GROUP[command.partition(" ")[0]],)
