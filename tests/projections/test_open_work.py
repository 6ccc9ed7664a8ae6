"""Nothing open is out of sight: each way in which a case stood in no list, and in whose list it stands now."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from adapters.bootstrap import Installation
from domain.application.beside.changed_rows import CorrectRow
from domain.application.beside.claiming import ClaimIntake
from domain.application.beside.newer_version import MoveToVersion
from domain.application.beside.recorded_steps import RecordStep
from domain.application.beside.transfer import Transfer
from domain.application.beside.withdrawal import Withdraw, WithdrawPart
from domain.application.components import Rectification
from domain.application.consequences.deadlines import Tick
from domain.application.consequences.recount import RecountLimits
from domain.application.path.acceptance import Accept
from domain.application.path.approvals import ApproveTask, ClaimTask, RefuseTask, ReturnTask
from domain.application.path.decision import Decide, MakeResultReady
from domain.application.path.intake import RegisterIntake
from domain.application.path.materials import CheckMaterial, GiveNotice, SubmitMaterial
from domain.application.state import Application
from domain.application.terms import Channel, Defect, Outcome, Verdict
from domain.catalogue.publishing import ReviseItem
from domain.hall.calendars import LoadCalendar
from domain.hall.hall import Layout, Window, WindowKind
from domain.hall.windows import CloseWindow, JoinWindows, MergeWindows, MoveWindow, OpenHall
from domain.label import Label
from domain.record import CLOCK, IMPORT, Actor, Role, Source, stamp
from domain.time.calendar import DayOverride
from domain.time.light import Light
from projections.lists.desk import DeskList, desk_list, hall_list
from projections.lists.queue import Filter, Show, Sort, length, queue
from projections.lists.whole_city import Wanted, cases_open, open_work
from projections.views.deadlines import Deadlines
from projections.views.open_work import NEVER, OpenWork
from projections.views.processing_time import ProcessingTime
from projections.views.work import WaitsFor
from tests.office import (
    CITIZEN,
    CLERK,
    HASH,
    NATURAL,
    OPERATOR,
    START,
    Office,
    accepted,
    applicant,
    approved,
    checked,
    decided,
    decider,
    head,
    issued,
    item,
    material,
    noticed,
    ready,
    received,
    returned,
    reviewer,
)
from tests.projections.test_views import recorded

PartStatus = set[tuple[str, str]]
"""What waits, and in whose list."""


def waits(office: Office, case_id: str = "C1") -> PartStatus:
    """What a case waits for, and on whose side."""
    return {(row[2], row[4] if row[3] == "department" else row[3]) for row in rows(office.case(case_id), office)}


def rows(case: Application, office: Office) -> list[tuple[object, ...]]:
    return list(OpenWork().of_case(case, office.city))


def online(channel: Channel = Channel.ONLINE) -> Office:
    """Given an application that came without a window."""
    office = Office()
    fields = {"items": ("food",), "channel": channel, "hall": "H1", "applicant": applicant()}
    office.when(RegisterIntake, CITIZEN, **fields)
    return office


def test_a_whose_tasks_are_all_settled_waits_for_its_lead_department_to_decide() -> None:
    assert waits(approved("restaurant")) == {("decide", "market")}


def test_b_decided_waits_for_its_result() -> None:
    assert waits(decided("food")) == {("result", "market")}


def test_c_received_and_not_checked_waits_for_its_front_desk() -> None:
    assert waits(received("food")) == {("check", "desk")}
    assert waits(checked(received("food"))) == {("accept", "desk")}
    assert waits(checked(received("food"), lease=Verdict.MISSING)) == {("notice", "desk")}
    assert waits(noticed("food", lease=Verdict.MISSING)) == {("supplement", "applicant")}


def test_d_applied_for_without_a_window_waits_in_the_list_of_its_hall() -> None:
    office = online()
    assert waits(office) == {("check", "desk")}
    assert {row[15] for row in rows(office.case(), office)} == {None}


def test_g_one_refusal_settles_it_and_the_lead_department_decides() -> None:
    office = accepted("building")
    office.when(ClaimTask, reviewer("housing"), task_id="building:housing")
    refusal = {"task_id": "building:housing", "reasons": "不符", "legal_basis": "38"}
    office.when(RefuseTask, reviewer("housing"), **refusal)
    assert waits(office) == {("decide", "housing")}


def test_what_is_returned_waits_for_its_applicant_and_stays_in_the_queue_of_its_department() -> None:
    assert waits(returned("food")) == {("approve", "market"), ("supplement", "applicant")}


def test_a_supplement_that_is_still_not_in_order_waits_for_the_front_desk_as_well() -> None:
    office = noticed("food", id=Verdict.MISSING)
    assert waits(office) == {("supplement", "applicant")}
    office.when(SubmitMaterial, CITIZEN, material_id="id", content_hash=HASH)
    another = {"reason": "不是这份", "defect": Defect.ANOTHER_PAPER}
    office.when(CheckMaterial, material_id="id", verdict=Verdict.DEFECTIVE, **another)
    assert waits(office) == {("supplement", "applicant"), ("accept", "desk")}


def test_what_came_after_the_acceptance_is_checked_before_anything_is_issued() -> None:
    office = returned("food")
    (task,) = office.case().tasks.values()
    for name in task.asks_for:
        office.when(SubmitMaterial, CITIZEN, material_id=name, content_hash=HASH)
    assert ("check", "desk") in waits(office)


def test_a_promised_material_is_in_sight_until_it_is_there() -> None:
    office = accepted("restaurant", plan=Verdict.DEFERRED)
    assert ("promised", "applicant") in waits(office)
    office.when(SubmitMaterial, CITIZEN, material_id="plan", content_hash=HASH)
    assert ("check", "desk") in waits(office)
    office.when(CheckMaterial, material_id="plan", verdict=Verdict.ACCEPTED)
    assert waits(office) == {("approve", "market"), ("approve", "fire")}


@pytest.mark.parametrize(
    "office",
    [issued("food"), issued("restaurant"), returned("food"), ready("building"), noticed("food", id=Verdict.MISSING)],
    ids=lambda office: office.case().status.value,
)
def test_every_version_of_a_case_under_way_has_a_row_and_none_is_due_before_its_case(office: Office) -> None:
    for version in range(1, office.case().version + 1):
        case = office.case(version=version)
        found = rows(case, office)
        assert bool(found) == case.under_way
        for row in found:
            due = [str(each) for each in (row[11], row[20]) if each is not None]
            assert row[12] == min(due, default=NEVER)


def hall(name: str) -> dict[str, object]:
    """A second hall with one window."""
    window = Window(window_id="W1", kind=WindowKind.COMPREHENSIVE, zone=NATURAL)
    return {"hall_id": name, "label": Label(zh="第二大厅", en=name), "layout": Layout.AFTER, "windows": (window,)}


def at_windows(found: Installation, hall_id: str = "H1") -> dict[str, set[str]]:
    """The cases at each window of a hall, under ``None`` those of the hall's list."""
    city, now = found.office.city(), found.now()
    with found.reading() as connection:
        there = {
            window: {
                line.case_id
                for name in DeskList
                for line in desk_list(connection, city, hall_id, window, name, now).lines
            }
            for window in city.hall(hall_id).windows
        }
        return {**there, "": {line.case_id for line in hall_list(connection, city, hall_id, now).lines}}


@pytest.mark.parametrize("channel", [Channel.ONLINE, Channel.KIOSK, Channel.POST])
def test_d_a_hall_lists_what_came_without_a_window_until_a_front_desk_claims_it(
    channel: Channel, database: str, tmp_path: Path
) -> None:
    office = online(channel)
    with recorded(database, tmp_path, office) as found:
        assert at_windows(found)[""] == {"0-C1"}
    office.when(ClaimIntake, CLERK)
    assert (office.case().window, office.case().received_by) == ("W1", "F1")
    assert "is handled by window W1" in office.refused(ClaimIntake, CLERK)


def test_d_returned_to_its_applicant_it_waits_in_the_list_of_its_hall(database: str, tmp_path: Path) -> None:
    office = checked(online())
    office.when(Accept)
    office.when(ClaimTask, reviewer("market"), task_id="food:market")
    office.when(ReturnTask, reviewer("market"), task_id="food:market", materials=("id",), reason="补正")
    with recorded(database, tmp_path, office) as found:
        assert at_windows(found)[""] == {"0-C1"}


def test_e_transferred_it_stands_in_the_list_of_the_other_hall(database: str, tmp_path: Path) -> None:
    office = received("food")
    calendar = office.city.hall("H1").calendars[-1]
    office.when(OpenHall, OPERATOR, **hall("H2"), calendar=calendar)
    office.when(Transfer, CLERK, hall="H2", reason="就近")
    with recorded(database, tmp_path, office) as found:
        assert at_windows(found)[""] == set()
        assert at_windows(found, "H2") == {"W1": set(), "": {"0-C1"}}


def test_f_what_a_merged_window_held_goes_to_the_window_that_took_over(database: str, tmp_path: Path) -> None:
    office = received("food")
    into = Window(window_id="W9", kind=WindowKind.COMPREHENSIVE, zone=NATURAL)
    office.when(JoinWindows, OPERATOR, hall_id="H1", window_ids=("W1", "W2"), into=into, order="2025-7")
    with recorded(database, tmp_path, office) as found:
        assert at_windows(found)["W9"] == {"0-C1"}
        assert at_windows(found)[""] == set()
    into = Window(window_id="W10", kind=WindowKind.COMPREHENSIVE, zone=NATURAL)
    office.when(JoinWindows, OPERATOR, hall_id="H1", window_ids=("W9", "W3"), into=into, order="2025-8")
    assert office.city.hall("H1").keeper("W1", NATURAL) is into


def test_f_what_a_closed_window_held_goes_to_the_list_of_its_hall(database: str, tmp_path: Path) -> None:
    office = received("food")
    office.when(CloseWindow, OPERATOR, hall_id="H1", window_id="W1", reason="合并")
    with recorded(database, tmp_path, office) as found:
        assert at_windows(found)[""] == {"0-C1"}


def test_f_what_a_window_cannot_serve_any_more_goes_to_the_list_of_its_hall(database: str, tmp_path: Path) -> None:
    moved, laid_out = received("food"), received("food")
    moved.when(MoveWindow, OPERATOR, hall_id="H1", window_id="W1", zone="legal_person", reason="调整")
    only = Window(window_id="W3", kind=WindowKind.COMPREHENSIVE_FEEDBACK, zone=NATURAL)
    laid_out.when(MergeWindows, OPERATOR, hall_id="H1", layout=Layout.AFTER, windows=(only,))
    for number, office in enumerate((moved, laid_out)):
        folder = tmp_path / str(number)
        folder.mkdir()
        if number == 0:
            with recorded(database, folder, office) as found:
                assert at_windows(found)[""] == {"0-C1"}
        assert office.city.hall("H1").keeper("W1", NATURAL) is None


def test_the_whole_city_is_listed_oldest_first_page_by_page_while_rows_come_and_go(
    database: str, tmp_path: Path
) -> None:
    given = [received("food") for _ in range(5)]
    with recorded(database, tmp_path, *given) as found:
        now = found.now()
        with found.reading() as connection:
            whole = open_work(connection, Wanted(), now, None)
            first = open_work(connection, Wanted(), now, 2)
        assert [line.case_id for line in first.lines] == ["0-C1", "1-C1"]
        gone = {"command_id": "gone", "actor": CLERK, "case_id": "0-C1"}
        found.office.execute(Withdraw(**gone))
        found.caught_up(OpenWork(), 10)
        with found.reading() as connection:
            rest = open_work(connection, Wanted(), now, None, first.next)
        assert [line.case_id for line in [*first.lines, *rest.lines]] == [line.case_id for line in whole.lines]


def test_pages_of_a_queue_in_every_order_have_no_gap_and_no_repeat(database: str, tmp_path: Path) -> None:
    given = [accepted("food"), returned("food"), approved("food"), decided("food"), accepted("restaurant")]
    with recorded(database, tmp_path, *given) as found, found.reading() as connection:
        now = given[0].now + timedelta(days=1)
        for sort in Sort:
            wanted = Filter(sort=sort)
            whole = [(line.case_id, line.work) for line in queue(connection, "market", now, None, wanted).lines]
            assert len(whole) == 5
            pages, after = [], None
            while True:
                page = queue(connection, "market", now, 2, wanted, after)
                pages += [(line.case_id, line.work) for line in page.lines]
                if (after := page.next) is None:
                    break
            assert pages == whole


def test_a_bad_grade_waits_for_a_head_whatever_became_of_the_case() -> None:
    office = issued("food")
    case = office.case()
    assert case.issued is not None
    rated = replace(case, rectification=Rectification(case.issued, None))
    assert [(row[1], row[4]) for row in rows(rated, office)] == [("rating-verify", "market")]


def test_work_shows_the_laws_limit_beside_the_promised_one_each_with_its_light(database: str, tmp_path: Path) -> None:
    """Accepted on 3 March: ten working days are promised until the 17th, the law gives twenty until the 31st."""
    close = START.replace(hour=9, minute=30)
    promised, by_law = close + timedelta(days=14), close + timedelta(days=28)
    minute = timedelta(minutes=1)
    given = [received("food"), accepted("food"), decided("food")]
    with recorded(database, tmp_path, *given) as found, found.reading() as connection:
        for at, lights in (
            (START + timedelta(hours=1), (Light.GREEN, Light.GREEN)),
            (promised, (Light.YELLOW, Light.GREEN)),
            (promised + minute, (Light.RED, Light.GREEN)),
            (by_law, (Light.RED, Light.YELLOW)),
            (by_law + minute, (Light.RED, Light.RED)),
        ):
            (task,) = queue(connection, "market", at, None, Filter(waits_for=WaitsFor.APPROVE)).lines
            assert (task.due_at, task.statutory_due_at) == (stamp(promised), stamp(by_law))
            assert (task.light, task.statutory_light) == lights
            for light in Light:
                of = Filter(waits_for=WaitsFor.APPROVE, statutory_light=light)
                assert length(connection, "market", at, of) == (light is lights[1])
        for moment, late in ((by_law, 0), (by_law + minute, 1)):
            wanted = Wanted(late_by_law=moment)
            assert len(open_work(connection, wanted, moment, None).lines) == cases_open(connection, wanted) == late
        others = [w for w in open_work(connection, Wanted(), by_law, None).lines if w.waits_for != "approve"]
        assert {(w.waits_for, w.statutory_due_at, w.statutory_light) for w in others} == {
            ("check", None, None),
            ("result", None, None),
        }


def test_a_decision_that_is_to_be_made_turns_yellow_before_it_is_late(database: str, tmp_path: Path) -> None:
    with recorded(database, tmp_path, approved("food")) as found, found.reading() as connection:
        (work,) = queue(connection, "market", START + timedelta(days=14), None).lines
        assert (work.waits_for, work.light, work.statutory_light) == ("decide", Light.YELLOW, Light.GREEN)


def promised(*, verdict: Verdict | None = None) -> Office:
    """Given a result that is ready while a material is promised; ``verdict`` is on what came of it."""
    office = accepted("restaurant", plan=Verdict.DEFERRED)
    for task in list(office.case().tasks.values()):
        office.when(ClaimTask, reviewer(task.department), task_id=task.task_id)
        office.when(ApproveTask, reviewer(task.department), task_id=task.task_id)
    office.when(Decide, decider("market"), outcome=Outcome.GRANTED)
    office.when(MakeResultReady, reviewer("market"), content_hash=HASH)
    if verdict is not None:
        office.when(SubmitMaterial, CITIZEN, material_id="plan", content_hash=HASH)
        office.when(CheckMaterial, material_id="plan", verdict=verdict, reason="看不清")
    return office


def test_while_a_promised_material_is_owed_the_result_waits_for_the_applicant_and_not_for_the_hall() -> None:
    assert waits(promised()) == {("promised", "applicant")}
    assert waits(promised(verdict=Verdict.DEFECTIVE)) == {("promised", "applicant")}
    assert waits(promised(verdict=Verdict.ACCEPTED)) == {("hand_over", "feedback")}


def test_a_promise_that_lapsed_after_the_grant_still_waits_for_the_applicant() -> None:
    office = promised()
    office.now += timedelta(days=40)
    office.when(Tick, CLOCK)
    assert office.case().materials["plan"].verdict is Verdict.MISSING
    assert waits(office) == {("promised", "applicant")}


def test_a_promise_for_a_part_that_was_withdrawn_waits_for_nobody() -> None:
    office = checked(received("food", "restaurant"), plan=Verdict.DEFERRED)
    office.when(Accept)
    office.when(WithdrawPart, CITIZEN, item_id="restaurant")
    assert waits(office) == {("approve", "market")}


def test_what_came_for_a_part_that_was_withdrawn_is_checked_by_nobody() -> None:
    office = checked(received("food", "restaurant"), plan=Verdict.DEFERRED)
    office.when(Accept)
    office.when(SubmitMaterial, CITIZEN, material_id="plan", content_hash=HASH)
    assert ("check", "desk") in waits(office)
    office.when(WithdrawPart, CITIZEN, item_id="restaurant")
    assert waits(office) == {("approve", "market")}


def test_a_promise_for_a_day_of_rest_is_due_with_the_next_working_day_whatever_is_closed_later() -> None:
    """Civil Code, article 203; 22 March 2025 is a Saturday. A day closed after the case's last event moves no row of it."""
    office = checked(received("restaurant"), plan=Verdict.MISSING)
    office.when(CheckMaterial, material_id="plan", verdict=Verdict.DEFERRED, promised_by=date(2025, 3, 22))

    def due() -> object:
        return next(row[11] for row in rows(office.case(), office) if row[2] == "promised")

    assert due() == "2025-03-24T16:00:00.000000Z"
    closed = DayOverride(day=date(2025, 3, 24), sessions=(), reason="台风", counts=False)
    before = list(Deadlines().of_case(office.case(), office.city))
    office.when(LoadCalendar, OPERATOR, hall_id="H1", overrides=(closed,))
    assert due() == "2025-03-24T16:00:00.000000Z"
    assert list(Deadlines().of_case(office.case(), office.city)) == before


def test_mine_is_nothing_where_nobody_asks(database: str, tmp_path: Path) -> None:
    with recorded(database, tmp_path, accepted("food")) as found, found.reading() as connection:
        now = found.now()
        assert queue(connection, "market", now).lines
        assert queue(connection, "market", now, wanted=Filter(show=Show.MINE)).lines == []


def test_a_case_that_was_received_here_never_becomes_a_log_that_nobody_works_on() -> None:
    """A log with the number of a running case took it out of every list, and its limits no longer acted."""
    office = received("food")
    row = Source(log="log", ordinal=1, activity="收件")
    step = {"hall": "H1", "item": "food", "source": row}
    by = Actor(person=IMPORT, role=Role.IMPORTER)
    assert "was received in this system" in office.refused(RecordStep, by, **step)
    assert "only the import may say" in office.refused(GiveNotice, CLERK, source=row)
    assert waits(office) == {("check", "desk")}


CLOSE = START.replace(hour=9, minute=30)
"""Monday 3 March 2025, when the hall closes: half past five in Shanghai."""


def dues(office: Office) -> dict[object, object]:
    """Until when each thing is to be done."""
    names = [column.name for column in OpenWork.table.columns]
    found = [dict(zip(names, row, strict=True)) for row in rows(office.case(), office)]
    return {row["waits_for"]: row["due_at"] for row in found}


def test_what_the_front_desk_does_before_the_acceptance_is_due_with_the_notice() -> None:
    """Article 32: five working days after the receipt on Monday 3 March, Tuesday 4 to Monday 10."""
    until = stamp(CLOSE + timedelta(days=7))
    assert dues(received("food")) == {"check": until}
    assert dues(checked(received("food"), lease=Verdict.MISSING)) == {"notice": until}
    assert dues(checked(received("food"))) == {"accept": until}


def test_what_was_supplemented_is_due_five_working_days_after_the_last_of_it_came() -> None:
    """Handed in on Friday 7 March: Monday 10 to Friday 14. While the applicant is awaited the desk has no time to keep."""
    office = noticed("food", id=Verdict.MISSING, lease=Verdict.MISSING)
    office.now = START + timedelta(days=4)
    office.when(SubmitMaterial, CITIZEN, material_id="id", content_hash=HASH)
    assert dues(office)["check"] is None
    office.when(SubmitMaterial, CITIZEN, material_id="lease", content_hash=HASH)
    assert dues(office) == {"check": stamp(CLOSE + timedelta(days=11))}


def test_a_result_is_made_ready_and_handed_over_within_ten_working_days_of_the_decision() -> None:
    """Article 44: decided on Monday 3 March, Tuesday 4 to Monday 17."""
    until = stamp(CLOSE + timedelta(days=14))
    assert dues(decided("food")) == {"result": until}
    assert dues(ready("food")) == {"hand_over": until}


def test_a_due_time_stays_when_a_day_is_closed_later_and_moves_when_the_limits_are_counted_anew() -> None:
    """Rule 7: a closed Wednesday moves nothing by itself; by an order the notice is due a day later, on Tuesday 11 March."""
    office = received("food")
    closed = DayOverride(day=date(2025, 3, 5), sessions=(), reason="台风", counts=False)
    office.when(LoadCalendar, OPERATOR, hall_id="H1", overrides=(closed,))
    assert dues(office) == {"check": stamp(CLOSE + timedelta(days=7))}
    office.when(RecountLimits, OPERATOR, order="2025-7", notice="书面告知")
    assert dues(office) == {"check": stamp(CLOSE + timedelta(days=8))}


def test_a_row_of_a_log_stands_in_the_hall_that_it_names() -> None:
    """Without a hall of its own the import's row had none, and a later correction of it failed."""
    office = Office()
    row = Source(log="log", ordinal=1, activity="收件")
    by = Actor(person=IMPORT, role=Role.IMPORTER)
    office.when(RecordStep, by, hall="H1", item="food", source=row)
    assert office.case().hall == "H1"
    office.when(CorrectRow, by, corrects=1, reason="更正", at=office.now, row=row)
    assert office.case().corrections


def test_what_was_noticed_for_a_part_that_is_withdrawn_is_asked_of_nobody_and_ends_nothing() -> None:
    """The plan is of the restaurant alone: withdrawn, it could not be handed in, and its time ran out for the whole application."""
    office = noticed("food", "restaurant", plan=Verdict.MISSING)
    assert waits(office) == {("supplement", "applicant")}
    office.when(WithdrawPart, CITIZEN, item_id="restaurant")
    assert waits(office) == {("accept", "desk")}
    office.now += timedelta(days=30)
    office.when(Tick, CLOCK)
    assert office.case().under_way  # deemed accepted, since nobody said anything within five days of the withdrawal
    assert waits(office) == {("approve", "market")}


def test_what_was_noticed_and_a_newer_version_does_not_ask_for_is_asked_of_nobody() -> None:
    office = noticed("food", lease=Verdict.MISSING)
    newer = item("market", materials=[material("id")], version=2, effective_from=date(2025, 3, 3))
    office.when(ReviseItem, OPERATOR, item_id="food", item=newer, reason="减材料")
    office.when(MoveToVersion, head("market"), item_id="food", version=2, reason="适用新规")
    assert waits(office) == {("accept", "desk")}


def test_a_notice_names_nothing_of_a_part_that_was_withdrawn_before_it() -> None:
    office = checked(received("food", "restaurant"), plan=Verdict.MISSING, lease=Verdict.MISSING)
    office.when(WithdrawPart, CITIZEN, item_id="restaurant")
    office.when(GiveNotice)
    assert office.case().noticed == ("lease",)


def test_a_later_row_of_a_log_that_names_another_hall_counts_by_the_calendar_of_the_case() -> None:
    """Its own hall had fewer calendars than the one that the row named, and the view of processing time could not take it."""
    office = Office()
    calendar = office.city.hall("H1").calendars[-1]
    office.when(OpenHall, OPERATOR, **hall("H2"), calendar=calendar)
    closed = DayOverride(day=date(2025, 3, 5), sessions=(), reason="台风", counts=False)
    office.when(LoadCalendar, OPERATOR, hall_id="H1", overrides=(closed,))
    by = Actor(person=IMPORT, role=Role.IMPORTER)
    for number, where in enumerate(("H2", "H1"), start=1):
        row = Source(log="log", ordinal=number, activity="收件")
        office.when(RecordStep, by, hall=where, item="food", source=row)
    records = office.cases["application/C1"]
    assert [record.act.calendar for record in records] == [1, 1]
    assert list(ProcessingTime().of_case(office.case(), office.city))
