"""Extension (延长): a decision that cannot be made in time gets more of it, once (rule 9, article 42)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace

from domain.application.command import CaseCommand, calendar, in_status, versions
from domain.application.limits.both_limits import extended, moved
from domain.application.limits.suspension import TaskDue, later, with_due_times
from domain.application.parts import package_of
from domain.application.state import Application
from domain.application.terms import Status
from domain.errors import RuleBroken
from domain.record import Act, Event, Identifier, Role, Text, event
from domain.time.working_time import Limit

if TYPE_CHECKING:
    from domain.city import City


@event("application.limit_extended", "延长 limit extended", schema=2)
class LimitExtended(Event):
    """The decision is due later now (UTC), and so are the tasks that ran as long; ``notice`` is what the applicant was told.

    Schema 2 says by when the law wants it now.
    """

    due_at: datetime
    notice: str
    tasks: tuple[TaskDue, ...] = ()
    warn_at: datetime | None = None
    statutory_due_at: datetime | None = None
    statutory_warn_at: datetime | None = None

    def evolve(self, state: Application, act: Act) -> Application:
        return replace(
            state,
            due_at=self.due_at,
            warn_at=self.warn_at or state.warn_at,
            statutory_due_at=self.statutory_due_at,
            statutory_warn_at=self.statutory_warn_at,
            extended=True,
            tasks=with_due_times(state, self.tasks),
        )


@event("application.extension_refused", "不予延长 extension refused")
class ExtensionRefused(Event):
    """Who asked for an extension is told that there is none, and why. The limit stays."""

    asked_by: str
    reason: str

    def evolve(self, state: Application, act: Act) -> Application:
        return state


class RefuseExtension(CaseCommand):
    """Refuse an extension that somebody of a department asked for, as the head who could grant it."""

    roles: ClassVar = frozenset({Role.HEAD})
    of_department: ClassVar = "the case"

    asked_by: Identifier
    reason: Text

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        in_status(case, "refusing an extension", "rule 9", Status.IN_REVIEW)
        if case.extended:
            raise RuleBroken("rule 9", f"case {self.case_id} was extended; there is nothing left to refuse")
        by = extender(case, city)
        if self.actor.department != by:
            raise RuleBroken(
                "rule 9",
                f"only a head of {_whose(case, by)} can refuse an extension of case {self.case_id}, not one of {self.actor.department}; ask there",
            )
        city.colleague(self.asked_by, self.occurred_at, (Role.REVIEWER, Role.HEAD))
        if self.asked_by == self.actor.person:
            raise RuleBroken("rule 9", f"{self.asked_by} asked for the extension; another person must refuse it")
        return [ExtensionRefused(asked_by=self.asked_by, reason=self.reason)]


class ExtendLimit(CaseCommand):
    """Extend the limit of the decision, before it has passed, by a head who does not handle the case.

    It is the head of the lead department, or of the one that the package names: the people's government, where departments
    handle it jointly (article 42).

    An item that promises an ``extension`` is extended before its promised limit passes, and both limits move. One that names
    ``statutory_extension`` alone keeps its promise as it was given: the law's limit moves, until that has passed.
    """

    roles: ClassVar = frozenset({Role.HEAD})
    of_department: ClassVar = "the case"

    notice: Text

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        in_status(case, "an extension", "rule 9", Status.IN_REVIEW)
        self._not_by_its_handler(case, city)
        if case.extended:
            raise RuleBroken("rule 9", f"case {self.case_id} has had its one extension; decide it now")
        promised, by_law = allowed(case, city)
        limit = case.due_at if promised else case.statutory_due_at
        if not by_law or limit is None:
            raise RuleBroken("article 42", f"the catalogue allows no extension for the items of case {self.case_id}")
        if case.passed(limit, self.occurred_at):
            raise RuleBroken(
                "rule 9",
                f"the limit of case {self.case_id} passed at {limit.isoformat()}; it can only be extended before",
            )
        days = calendar(case, city)
        both = moved(
            case,
            days,
            lambda due_at, _: max((extended(due_at, limit, days) for limit in promised), default=due_at),
            lambda due_at, _: max(extended(due_at, limit, days) for limit in by_law),
        )
        tasks = tuple(
            later(task, both.due_at, days)
            for task in case.tasks.values()
            if promised and task.unsettled and task.due_at == case.due_at
        )
        return [
            LimitExtended(
                due_at=both.due_at,
                notice=self.notice,
                tasks=tasks,
                warn_at=both.warn_at,
                statutory_due_at=both.statutory_due_at,
                statutory_warn_at=both.statutory_warn_at,
            )
        ]

    def _not_by_its_handler(self, case: Application, city: City) -> None:
        by = extender(case, city)
        if self.actor.department != by:
            raise RuleBroken(
                "rule 9" if by == case.department else "article 42",
                f"only a head of {_whose(case, by)} can extend case {self.case_id}, not one of {self.actor.department}; ask there",
            )
        own = case.touched_tasks(self.actor.person)
        if own:
            raise RuleBroken(
                "rule 9",
                f"{self.actor.person} handles or handled {', '.join(own)} of case {self.case_id}; a head who had no part in it must extend it",
            )


def extender(case: Application, city: City) -> str | None:
    """The department whose head extends the limit of a case: the one that its package names, else the lead department."""
    package = package_of(case, city)
    return case.department if package is None or package.extended_by is None else package.extended_by


def _whose(case: Application, department: str | None) -> str:
    return (
        f"its lead department {department}" if department == case.department else f"{department} (as its package says)"
    )


def allowed(case: Application, city: City) -> tuple[list[Limit], list[Limit]]:
    """The extensions that the catalogue promises, and those of the law; the promised one of an item counts where it names no law."""
    package = package_of(case, city)
    if package is not None:
        pairs = [(package.extension, package.statutory_extension)]
    else:
        pairs = [(v.limits.extension, v.limits.statutory_extension) for v in versions(case, city)]
    promised = [promise for promise, _ in pairs if promise is not None]
    return promised, [limit for promise, law in pairs if (limit := law or promise) is not None]
