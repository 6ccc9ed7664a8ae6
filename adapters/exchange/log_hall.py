"""The hall, the department and the service item that the cases of a log from elsewhere are kept under."""

from datetime import date, time

from adapters.bootstrap import Installation
from adapters.exchange.mapping import Mapping
from domain.catalogue.item import ApprovalStep, ItemVersion, Limits
from domain.catalogue.publishing import PublishItem
from domain.hall.hall import Layout
from domain.hall.windows import OpenHall
from domain.label import Label
from domain.people.applicant_kind import ApplicantKind
from domain.people.establishing import EstablishDepartment
from domain.record import Actor, Role
from domain.time.calendar import MIDNIGHT, CalendarData, CalendarYear, Session
from domain.time.working_time import Limit, Unit


def prepare(installation: Installation, mapping: Mapping) -> None:
    """Make the hall, its department and the item that the mapping names, where they are not there yet."""
    office, city = installation.office, installation.office.city()
    actor = Actor(person="import", role=Role.IMPORTER, hall=mapping.hall.id)
    asked = f"import/{mapping.name}"
    label = Label(zh=mapping.hall.name_zh, en=mapping.hall.name_en)
    if mapping.hall.id not in city.departments:
        office.execute(
            EstablishDepartment(
                command_id=f"{asked}/department",
                actor=actor,
                department_id=mapping.hall.id,
                label=label,
            )
        )
    if mapping.hall.id not in city.halls:
        office.execute(
            OpenHall(
                command_id=f"{asked}/hall",
                actor=actor,
                hall_id=mapping.hall.id,
                label=label,
                layout=Layout.BEFORE,
                windows=(),
                calendar=_calendar(mapping),
            )
        )
    if mapping.item.id not in city.items:
        office.execute(
            PublishItem(
                command_id=f"{asked}/item",
                actor=actor,
                item_id=mapping.item.id,
                item=_item(mapping),
            )
        )


def _calendar(mapping: Mapping) -> CalendarData:
    """The calendar of the log's hall, as its mapping writes it."""
    hall = mapping.hall
    return CalendarData(
        time_zone=hall.time_zone,
        sessions=tuple(Session(opens=opens, closes=closes) for opens, closes in map(_hours, hall.calendar.sessions)),
        weekdays=hall.calendar.weekdays,
        years=tuple(
            CalendarYear(year=y.year, holidays=y.holidays, makeup_days=y.makeup_days) for y in hall.calendar.years
        ),
    )


def _hours(session: str) -> tuple[time, time]:
    opens, _, closes = session.partition("-")
    return time.fromisoformat(opens), MIDNIGHT if closes == "24:00" else time.fromisoformat(closes)


def _item(mapping: Mapping) -> ItemVersion:
    """The service item of an imported log: its cases were decided elsewhere, so its limits are the statutory ones."""
    days = {name: Limit(amount=amount, unit=Unit.WORKING_DAYS) for name, amount in (("5", 5), ("10", 10), ("20", 20))}
    return ItemVersion(
        version=1,
        effective_from=date(1900, 1, 1),
        name=Label(zh=mapping.item.name_zh, en=mapping.item.name_en),
        zone=ApplicantKind.NATURAL_PERSON,
        lead_department=mapping.hall.id,
        materials=(),
        approvals=(ApprovalStep(step="decision", department=mapping.hall.id),),
        limits=Limits(
            notice=days["5"],
            decision=days["20"],
            delivery=days["10"],
            statutory_decision=days["20"],
            supplement=days["10"],
        ),
        legal_basis=f"imported log {mapping.name}",
    )
