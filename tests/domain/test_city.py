"""Departments, catalogue and halls: what is entered, and what cannot be."""

from datetime import date

import pytest

from adapters.files.calendar_file import seeded
from domain.application.beside.recorded_steps import Meaning, RecordStep, StepRecorded
from domain.catalogue.item import ApprovalStep
from domain.catalogue.publishing import PublishItem, ReviseItem
from domain.hall.calendars import LoadCalendar
from domain.hall.hall import Window, WindowKind
from domain.hall.windows import MergeWindows, OpenHall
from domain.label import Label
from domain.people.establishing import EstablishDepartment
from domain.people.joining import JoinStaff
from domain.record import Actor, Role, Source
from domain.time.calendar import CalendarYear, DayOverride
from domain.time.working_time import Limit, Unit
from tests.office import NATURAL, OPERATOR, WINDOWS, Office, days, item, material

LABEL = Label(zh="大厅", en="Hall")
AGAIN = ApprovalStep(step="market", department="market")


def test_a_label_reads_in_both_languages() -> None:
    assert str(LABEL) == "大厅 Hall"
    assert str(Label(zh="A", en="A")) == "A"


def test_a_department_is_established_once_and_staff_join_it() -> None:
    office = Office()
    refusal = office.refused(EstablishDepartment, OPERATOR, department_id="fire", label=LABEL)
    assert "already established" in refusal
    joining = {"department": "fire", "hall": None, "person": "R7", "person_name": "司马光", "role": Role.REVIEWER}
    assert "not known" in office.refused(JoinStaff, OPERATOR, **{**joining, "department": "moon"})
    (joined,) = office.when(JoinStaff, OPERATOR, **joining)
    name = office.city.staff["R7"].name
    assert name is not None
    assert office.vault.open("name", name) == "司马光"
    assert joined.type_name == "staff.joined"
    assert "on the staff already" in office.refused(JoinStaff, OPERATOR, **joining)


@pytest.mark.parametrize(
    ("version", "says"),
    [
        (item("market", version=2), "the next version is 1"),
        (item(), "at least one department"),
        (item("market", AGAIN), "appears twice"),
        (item("market", materials=[material("a"), material("a")]), "appears twice"),
        (item(ApprovalStep(step="x", department="fire", after=("y",))), "comes after y"),
        (item("moon"), "department moon is not known"),
        (item("market", decision=days(30)), "exceed the statutory 20"),
    ],
)
def test_an_item_that_cannot_be_published(version: object, says: str) -> None:
    assert says in Office().refused(PublishItem, OPERATOR, item_id="new", item=version)


def test_an_item_is_published_once_and_revised_in_order() -> None:
    office = Office()
    assert "revise it" in office.refused(PublishItem, OPERATOR, item_id="food", item=item("market"))
    why = {"reason": "改革"}
    refusal = office.refused(ReviseItem, OPERATOR, item_id="none", item=item("market"), **why)
    assert "publish it first" in refusal
    early = item("market", version=2, effective_from=date(2025, 1, 1))
    assert "effective_from must come after the last version" in office.refused(
        ReviseItem, OPERATOR, item_id="food", item=early, **why
    )
    with pytest.raises(Exception, match="has no version 9"):
        office.city.item("food").at(9)


OTHER_UNIT = item("market", decision=Limit(amount=400, unit=Unit.WORKING_HOURS))


def test_a_promise_in_hours_is_counted_against_days() -> None:
    assert "400 working_hours can be longer than" in Office().refused(
        PublishItem, OPERATOR, item_id="new", item=OTHER_UNIT
    )


@pytest.mark.parametrize(
    ("windows", "says"),
    [
        ((WINDOWS[0], WINDOWS[0]), "appears twice"),
        ((Window(window_id="X", kind=WindowKind.DEPARTMENT, zone=NATURAL),), "must name its department"),
        ((Window(window_id="X", kind=WindowKind.DEPARTMENT, zone=NATURAL, department="moon"),), "moon is not known"),
    ],
)
def test_windows_that_cannot_be(windows: tuple[Window, ...], says: str) -> None:
    office = Office()
    assert says in office.refused(MergeWindows, OPERATOR, hall_id="H1", layout="after", windows=windows)


def test_a_hall_opens_once_with_a_calendar_one_can_count_with() -> None:
    office = Office()
    opening = {"label": LABEL, "layout": "after", "windows": WINDOWS, "calendar": seeded(years=[2025])}
    assert "already open" in office.refused(OpenHall, OPERATOR, hall_id="H1", **opening)
    wrong = seeded(years=[2025], time_zone="Moon/Sea")
    assert "is not a time zone" in office.refused(OpenHall, OPERATOR, hall_id="H2", **{**opening, "calendar": wrong})
    assert "open it first" in office.refused(MergeWindows, OPERATOR, hall_id="H9", layout="after", windows=WINDOWS)


def test_years_and_days_are_entered_once() -> None:
    office = Office()
    year = CalendarYear(year=2027, holidays=(date(2027, 1, 1),), makeup_days=())
    storm = DayOverride(day=date(2025, 9, 24), sessions=(), reason="台风")
    entering = {"hall_id": "H1", "years": (year,), "overrides": (storm,)}
    before = office.city.calendar_version("H1")
    assert len(office.when(LoadCalendar, OPERATOR, **entering)) == 2
    assert office.when(LoadCalendar, OPERATOR, **entering) == []
    assert office.city.calendar_version("H1") == before + 2
    assert not office.city.calendar("H1", before + 2).is_working_day(storm.day)
    assert office.city.calendar("H1", before).is_working_day(storm.day)
    wrong = CalendarYear(year=2027, holidays=(date(2026, 1, 1),), makeup_days=())
    assert "is not a day of it" in office.refused(LoadCalendar, OPERATOR, hall_id="H1", years=(wrong,))


def test_what_is_not_part_of_the_city_is_not_learnt() -> None:
    office = Office()
    record = office.cases["hall/H1"][0]
    with pytest.raises(ValueError, match="is not part of the city"):
        office.city.learn(type(record)("moon/1", 1, record.event, record.act, 99))


ROWS = [
    (Meaning.INTAKE, "application.intake_registered"),
    (Meaning.INTAKE, "application.step_recorded"),  # a second intake has no meaning
    (Meaning.CLOCK_RESUMED, "application.step_recorded"),  # nothing stands still yet
    (Meaning.CLOCK_STOPPED, "application.clock_stopped"),
    (Meaning.CLOCK_STOPPED, "application.step_recorded"),  # it stands already
    (Meaning.CLOCK_RESUMED, "application.clock_resumed"),
    (Meaning.ISSUED, "application.step_recorded"),  # not decided yet
    (Meaning.DECIDED, "application.decided"),
    (Meaning.WITHDRAWN, "application.step_recorded"),  # too late
    (None, "application.step_recorded"),
    (Meaning.ISSUED, "application.result_issued"),
]


def test_rows_of_a_log_are_taken_with_the_meaning_that_fits() -> None:
    office = Office()
    importer = Actor(person="Resource01", role=Role.IMPORTER, department="General", hall="H1")
    for ordinal, (meaning, becomes) in enumerate(ROWS, start=1):
        source = Source(log="log", ordinal=ordinal, activity=f"step {ordinal}", channel="Desk", department="General")
        (event,) = office.when(
            RecordStep,
            importer,
            minutes=-1 if ordinal == 4 else 1,
            hall="H1",
            item="food",
            meaning=meaning,
            source=source,
        )
        assert event.type_name == becomes
    case = office.case()
    assert case.imported
    assert (case.channel_label, case.department, case.hall) == ("Desk", "General", "H1")
    withdrawn = Source(log="log", ordinal=1, activity="withdrawn")
    office.when(RecordStep, importer, case_id="C2", hall="H1", item="food", meaning=Meaning.INTAKE, source=withdrawn)
    office.when(RecordStep, importer, case_id="C2", hall="H1", item="food", meaning=Meaning.WITHDRAWN, source=withdrawn)
    assert office.case("C2").status == "withdrawn"
    office.when(RecordStep, importer, case_id="C3", hall="H1", item="food", source=withdrawn)
    assert isinstance(office.cases["application/C3"][0].event, StepRecorded)
    assert office.case("C3").status == "imported"
