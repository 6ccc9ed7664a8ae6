"""A service item (事项) and its versions: materials, departments in their order, limits. Values only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from domain.catalogue.separation import Separation, Together
from domain.catalogue.sourced_limit import SourcedLimit
from domain.errors import UnknownReference
from domain.evolving import Versioned
from domain.label import Label
from domain.people.applicant_kind import ApplicantKind
from domain.record import ADDED, Identifier, Text
from domain.time.working_time import Limit
from domain.time.written import Day


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredMaterial:
    """A document an item asks for. Items that name the same ``material_id`` share it (rule 3)."""

    material_id: Identifier
    name: Label
    deferrable: bool = False
    abolished: Text | None = None
    """The order that abolished it; an abolished material stands in the version and is never asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalStep:
    """One department's part: it opens when every step in ``after`` is approved; none means at once, in parallel."""

    step: Identifier
    department: Identifier
    after: tuple[Identifier, ...] = ()
    limit: Limit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The promised limits, none longer than the statutory ones (Administrative Licensing Law, 32, 42, 44).

    ``statutory_notice``, ``statutory_extension`` and ``statutory_delivery`` are what the law allows; None where nobody said it.
    ``deferral`` is how far ahead an applicant may promise a deferred material (容缺受理); None: as long as the law gives for
    the decision.

    ``extension`` is how much later a decision may be made once; where it is None and ``statutory_extension`` is not, an extension
    moves the law's limit and leaves the promise as it was given. ``evaluation`` how long an applicant may rate the service
    after the handing over (without one, for good); ``rectification`` how long there is to mend what was rated badly;
    ``collection`` how long a result is kept at the window before the case is closed without having been handed over.
    ``warning`` is the share of the limit, in hundredths, after which a light turns yellow. What the law allows stands
    beside each: ``statutory_notice`` (5 working days, 32), ``statutory_decision`` (20, 42), ``statutory_extension`` (10, 42),
    ``statutory_delivery`` (10, 44); None where no law says it, or nobody did.
    """

    notice: Limit
    decision: Limit
    delivery: Limit
    statutory_decision: Limit
    supplement: Limit
    warning: int = 75
    extension: Limit | None = None
    evaluation: Limit | None = None
    rectification: Limit | None = None
    collection: Limit | None = None
    deferral: Annotated[Limit | None, ADDED] = None
    statutory_notice: Annotated[Limit | None, ADDED] = None
    statutory_extension: Annotated[Limit | None, ADDED] = None
    statutory_delivery: Annotated[Limit | None, ADDED] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemVersion:
    """What a service item asks and promises from ``effective_from`` on. ``online`` is None where nobody said it.

    ``supplement_law`` names the law under which the clock stands still while an applicant supplements what was accepted;
    None: it runs on, since a supplement is none of the grounds of article 45.
    ``procedure_law`` names the law under which a procedure stops the clock that article 45 does not name; None: none does.
    ``inspection_law`` names the law under which it stands still while two people inspect on site; None: it runs on, since a visit of
    article 34 is none of the grounds of article 45.
    ``lapse_by_paper`` names the rule under which nothing lapses by itself after the time that a notice gave: the front desk refuses by a
    paper, and takes what comes before it. ``online_until_midnight`` names the rule under which that time ends at 24:00 for what comes
    online; None: at the close of business (Civil Code, article 203).
    ``delivery_waits`` names the commitment under which the days for the delivery (article 44) stand still while a promised paper is late.
    ``hearing_summons`` is how long before a hearing its summons is served, where another rule than article 48 says so.
    ``revocation_hearing`` is how long a holder is heard before a grant is undone, where a rule says so.
    ``together`` are the separations that it does without, each with its source; all others are kept.
    """

    version: int
    effective_from: Day
    name: Label
    zone: ApplicantKind
    lead_department: Identifier
    materials: tuple[RequiredMaterial, ...]
    approvals: tuple[ApprovalStep, ...]
    limits: Limits
    legal_basis: Text
    online: bool | None = None
    supplement_law: Annotated[Text | None, ADDED] = None
    procedure_law: Annotated[Text | None, ADDED] = None
    together: Annotated[tuple[Together, ...] | None, ADDED] = None
    inspection_law: Annotated[Text | None, ADDED] = None
    lapse_by_paper: Annotated[Text | None, ADDED] = None
    online_until_midnight: Annotated[Text | None, ADDED] = None
    delivery_waits: Annotated[Text | None, ADDED] = None
    hearing_summons: Annotated[SourcedLimit | None, ADDED] = None
    revocation_hearing: Annotated[SourcedLimit | None, ADDED] = None

    def keeps(self, separation: Separation) -> bool:
        """Whether two stations are two persons' in its cases."""
        return all(each.separation is not separation for each in self.together or ())

    def asked_for(self) -> tuple[RequiredMaterial, ...]:
        """The materials an applicant must bring: all but the abolished (rule 3)."""
        return tuple(m for m in self.materials if m.abolished is None)

    def problems(self) -> list[str]:
        """What is wrong with this version, a sentence each; none when it can be published."""
        found: list[str] = []
        steps = [a.step for a in self.approvals]
        if not steps:
            found.append("approvals: at least one department must approve; add a step")
        found += [f"approvals: step {s} appears twice; name each once" for s in _repeated(steps)]
        materials = [m.material_id for m in self.materials]
        found += [f"materials: {m} appears twice; name each once" for m in _repeated(materials)]
        before: set[str] = set()
        for approval in self.approvals:
            late = [s for s in approval.after if s not in before]
            found += [
                f"approvals: {approval.step} comes after {s}, which does not stand before it; reorder the steps"
                for s in late
            ]
            before.add(approval.step)
        return found


def _repeated(names: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    return [n for n in names if n in seen or seen.add(n)]  # type: ignore[func-returns-value]


class ServiceItem(Versioned, frozen=True, kw_only=True):
    """A service item with all its versions; none is ever changed. It cannot be applied for from ``withdrawn_from`` on."""

    item_id: str
    versions: tuple[ItemVersion, ...] = ()
    withdrawn_from: date | None = None

    def at(self, number: int) -> ItemVersion:
        """Version ``number`` (from 1)."""
        if not 1 <= number <= len(self.versions):
            raise UnknownReference(f"service item {self.item_id} has no version {number}")
        return self.versions[number - 1]

    def in_force(self, day: date) -> ItemVersion:
        """The newest version effective on ``day``. Raises ``UnknownReference`` before the first and after a withdrawal."""
        if self.withdrawn_from is not None and day >= self.withdrawn_from:
            raise UnknownReference(f"service item {self.item_id} was withdrawn from {self.withdrawn_from} on")
        for candidate in reversed(self.versions):
            if candidate.effective_from <= day:
                return candidate
        raise UnknownReference(f"service item {self.item_id} is not in force on {day}; publish a version for that day")
