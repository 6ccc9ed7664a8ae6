"""Which cases of a hall have something to be done by a time, or a task that is open: from the views, along their keys."""

from sqlalchemy import Connection, select, union

from domain.history import TICKETS
from projections.engine.generations import live
from projections.views.deadlines import Deadlines
from projections.views.open_work import OpenWork


def running_cases(connection: Connection, hall: str) -> list[str]:
    """The numbers of the hall's cases, in their order."""
    due, queue = live(connection, Deadlines), live(connection, OpenWork)
    names = union(
        select(due.c.case_id).where(due.c.hall == hall),
        select(queue.c.case_id).where(queue.c.hall == hall),
    )
    return sorted(name for name in connection.execute(names).scalars() if not name.startswith(TICKETS))
