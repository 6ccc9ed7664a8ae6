"""Which command of the city recorded its events: halls, departments, staff, catalogue."""

from collections.abc import Iterable
from typing import Any

from domain.catalogue.packaging import PublishPackage
from domain.catalogue.publishing import PublishItem, ReviseItem
from domain.catalogue.reform import (
    AbolishMaterial,
    AddMaterial,
    ChangeLimits,
    MakeDeferrable,
    ShareMaterial,
    TakeOnline,
    WithdrawItem,
)
from domain.hall.calendars import LoadCalendar
from domain.hall.exclusions import ExcludeApplicant, ReadmitApplicant
from domain.hall.favours import NameFavours
from domain.hall.hours import ChangeOpeningHours
from domain.hall.staffing import AssignStaff, RelieveStaff
from domain.hall.windows import CloseWindow, JoinWindows, MergeWindows, MoveWindow, OpenHall, OpenWindow
from domain.office.recall.recalling import Recalled, Recalling, Recorded, by_name, said
from domain.people.establishing import EstablishDepartment
from domain.people.joining import GiveRole, JoinStaff, LeaveStaff, RegisterFirstOperator, TakeRole
from domain.people.substituting import EndSubstitution, NameSubstitute


def _joined(found: Recorded) -> Iterable[Recalled]:
    """Entered by an operator; the first one enters themselves."""
    kind = JoinStaff if found.city.operators else RegisterFirstOperator
    return by_name(kind, person_name=said("name"))(found)


def _all(name: str) -> Any:
    """What several events of one command say, one after the other."""

    def field(found: Recorded) -> tuple[Any, ...]:
        return tuple(getattr(record.event, name) for record in found.records if hasattr(record.event, name))

    return field


CALENDAR = by_name(LoadCalendar, years=_all("year"), overrides=_all("override"))

OF_THE_CITY: dict[str, Recalling] = {
    "department.established": by_name(EstablishDepartment, label=said("name")),
    "hall.opened": by_name(OpenHall, label=said("name")),
    "hall.window_opened": by_name(OpenWindow),
    "hall.window_closed": by_name(CloseWindow),
    "hall.window_moved": by_name(MoveWindow),
    "hall.windows_joined": by_name(JoinWindows),
    "hall.windows_merged": by_name(MergeWindows),
    "hall.calendar_year_loaded": CALENDAR,
    "hall.calendar_day_overridden": CALENDAR,
    "hall.opening_hours_changed": by_name(ChangeOpeningHours),
    "hall.favours_named": by_name(NameFavours),
    "hall.staff_assigned": by_name(AssignStaff),
    "hall.staff_relieved": by_name(RelieveStaff),
    "hall.applicant_excluded": by_name(ExcludeApplicant),
    "hall.applicant_readmitted": by_name(ReadmitApplicant),
    "staff.joined": _joined,
    "staff.role_given": by_name(GiveRole),
    "staff.role_taken": by_name(TakeRole),
    "staff.left": by_name(LeaveStaff),
    "staff.substitute_named": by_name(NameSubstitute),
    "staff.substitution_ended": by_name(EndSubstitution),
    "catalogue.item_published": by_name(PublishItem),
    "catalogue.item_revised": by_name(ReviseItem),
    "catalogue.item_withdrawn": by_name(WithdrawItem),
    "catalogue.material_added": by_name(AddMaterial),
    "catalogue.material_shared": by_name(ShareMaterial),
    "catalogue.material_made_deferrable": by_name(MakeDeferrable),
    "catalogue.material_abolished": by_name(AbolishMaterial),
    "catalogue.limits_changed": by_name(ChangeLimits),
    "catalogue.put_online": by_name(TakeOnline),
    "package.published": by_name(PublishPackage),
}
"""By the stored name of an event, as for cases."""
