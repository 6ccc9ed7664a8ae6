"""The views: what a window, a department, a reader of a case and a reporter see."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.bootstrap import Installation, installation
from adapters.settings import Settings
from domain.application.beside.recorded_steps import RecordStep
from domain.application.beside.reopening import Reopen
from domain.application.beside.withdrawal import Withdraw
from domain.application.path.approvals import ApproveTask, ClaimTask
from domain.application.path.decision import Decide, MakeResultReady
from domain.application.path.feedback import IssueResult
from domain.application.state import Application
from domain.application.terms import Outcome
from domain.errors import UnknownReference
from domain.hall.calendars import LoadCalendar
from domain.history import FOLLOWED
from domain.record import Actor, Role, Source
from domain.time.calendar import CalendarYear
from projections.engine.projection import transitions
from projections.lists.desk import DeskList
from projections.lists.desk import desk as desk_of
from projections.lists.queue import length, queue
from projections.reports.processing_report import CalendarTooShort, Clock, Grouping, Stage, processing_time_report
from projections.views.case_file import lines
from projections.views.particulars import particulars
from projections.views.processing_time import FROM_EVENT, TO_EVENT, ProcessingTime
from projections.views.processing_time import table as processing_times
from tests.domain.event_examples import EXAMPLES
from tests.office import (
    AT_A_WINDOW,
    CITIZEN,
    HASH,
    ISSUER,
    NAME,
    OPERATOR,
    Office,
    accepted,
    decider,
    head,
    issued,
    noticed,
    ready,
    received,
    returned,
    reviewer,
)

HOUR = 3_600_000_000


def rows_of(office: Office, case_id: str = "C1") -> dict[tuple[str, str], tuple[Any, ...]]:
    """The rows of processing time, by stage and part."""
    view = ProcessingTime()
    story = list(transitions(Application(case_id=case_id), office.cases[f"application/{case_id}"]))
    rows = [
        *view.of_case(story[-1].after, office.city),
        *(row for transition in story for row in view.of_transition(transition, office.city)),
    ]
    return {(row[1], row[2]): row for row in rows}


def times(row: tuple[Any, ...]) -> tuple[int, ...]:
    """Calendar, working and suspended microseconds."""
    return tuple(value(row, name) for name in ("calendar_us", "working_us", "suspended_us"))


def value(row: tuple[Any, ...], column: str) -> Any:
    """What a row of processing time has in a column."""
    return row[list(processing_times.columns.keys()).index(column)]


def test_rule_12_an_issued_case_has_a_row_for_each_stage_traced_to_its_events() -> None:
    office = issued("restaurant")
    rows = rows_of(office)
    assert set(rows) == {
        ("intake", ""),
        ("approval", "restaurant:market"),
        ("approval", "restaurant:fire"),
        ("decision", ""),
        ("delivery", ""),
        ("total", ""),
    }
    events = office.cases["application/C1"]
    total = rows["total", ""]
    first, last = total[FROM_EVENT], total[TO_EVENT]
    assert (first, last) == (1, len(events))
    elapsed = events[last - 1].act.occurred_at - events[first - 1].act.occurred_at
    assert times(total) == (elapsed // timedelta(microseconds=1), elapsed // timedelta(microseconds=1), 0)


def test_a_reopened_case_is_measured_anew_and_what_was_measured_stays() -> None:
    """Given a case that was handed over in March and reopened after an appeal in July; four hours of work followed."""
    office = issued("restaurant")
    march = rows_of(office)
    office.now = datetime(2025, 7, 7, 1, 0, tzinfo=UTC)
    office.when(Reopen, head("market"), order="复议〔2025〕12号", reason="事实不清")
    reopened = office.now
    for department in ("market", "fire"):
        task = {"task_id": f"restaurant:{department}"}
        office.when(ClaimTask, reviewer(department), **task)
        office.when(ApproveTask, reviewer(department), minutes=50, **task)
    office.when(Decide, decider("market"), outcome=Outcome.GRANTED)
    office.when(MakeResultReady, decider("market"), content_hash=HASH)
    office.when(IssueResult, ISSUER, **AT_A_WINDOW)

    rows = rows_of(office)
    assert {key: rows[key] for key in march} == march
    again = {key: row for key, row in rows.items() if key not in march}
    assert set(again) == {
        ("approval", "restaurant:market#2"),
        ("approval", "restaurant:fire#2"),
        ("decision", "#2"),
        ("delivery", "#2"),
        ("total", "#2"),
    }
    decided = office.case().decided
    assert decided is not None
    assert times(again["decision", "#2"])[0] == (decided.at - reopened) // timedelta(microseconds=1)
    assert times(again["decision", "#2"])[1] <= 4 * HOUR


def test_a_row_says_what_became_of_the_case() -> None:
    assert {value(row, "result") for row in rows_of(issued("food")).values()} == {"granted"}
    office = accepted("food")
    assert {value(row, "result") for row in rows_of(office).values()} == {None}
    office.when(Withdraw, CITIZEN)
    assert {value(row, "result") for row in rows_of(office).values()} == {"withdrawn"}


def test_steps_of_a_log_never_take_negative_time() -> None:
    office = Office()
    importer = Actor(person="R", role=Role.IMPORTER, hall="H1")
    for ordinal, minutes in enumerate((0, 60, -30, 0, 45), start=1):
        source = Source(log="l", ordinal=ordinal, activity=f"a{ordinal}", channel="Desk")
        office.when(RecordStep, importer, minutes=minutes, hall="H1", item="food", source=source)
    rows = rows_of(office)
    steps = [times(rows["step", f"{n:09d}"])[0] / HOUR * 60 for n in range(2, 6)]
    assert steps == [30, 30, 0, 15]  # by time: the first, the third, the fourth, the second, the fifth
    assert times(rows["total", ""])[0] / HOUR * 60 == 75


def test_every_event_reads_in_words_and_nothing_sealed_is_in_them() -> None:
    for event in (e for e in EXAMPLES if e.type_name.startswith(("application.", "ticket."))):
        words = particulars(event)
        assert "AAEC" not in words
        assert "Sealed" not in words
    assert "ab" * 6 + "…" in particulars(next(e for e in EXAMPLES if e.type_name == "application.material_submitted"))


@contextmanager
def recorded(database: str, folder: Path, *offices: Office) -> Iterator[Installation]:
    """The histories of these offices, each under its own case numbers, in a real database, projected."""
    with installation(Settings(database_url=database, master_key_file=folder / "key")) as found:
        for place, office in enumerate(offices):
            for stream_id, records in office.cases.items():
                if place and not stream_id.startswith(FOLLOWED):
                    continue
                kind, _, number = stream_id.partition("/")
                name = f"{kind}/{place}-{number}" if stream_id.startswith(FOLLOWED) else stream_id
                own = [type(r)(name, r.originator_version, r.event, r.act) for r in records]
                if own:
                    found.office.events.put(own)
        found.runner().catch_up()
        yield found


def test_the_desk_shows_what_is_received_in_hand_what_waits_and_what_is_to_hand_out(
    database: str, tmp_path: Path
) -> None:
    given = (
        accepted("food"), noticed("food", lease="missing"), returned("food"), ready("restaurant"), issued("food"),
        received("food"),
    )  # fmt: skip
    with recorded(database, tmp_path, *given) as found, found.reading() as connection:
        city, today = found.office.city(), given[0].now
        desk = desk_of(connection, city, "H1", "W1", today)
        lists = {name: [line.case_id for line in page.lines] for name, page in desk.lists.items()}
        assert [e.case_id for e in desk.received] == [f"{n}-C1" for n in range(6)]
        assert {e.case_id: e.asks_for for e in desk.lists[DeskList.WAITING].lines} == {"1-C1": "lease", "2-C1": "id"}
        assert lists[DeskList.RESULTS] == ["3-C1"]
        assert lists[DeskList.IN_HAND] == ["5-C1"]
        sealed = desk.lists[DeskList.RESULTS].lines[0].applicant
        assert sealed is not None
        assert given[3].vault.open("name", sealed) == NAME
        short = desk_of(connection, city, "H1", "W1", today, limit=2)
        assert (short.received, short.more) == (desk.received[:2], True)
        assert short.lists[DeskList.WAITING].lines == desk.lists[DeskList.WAITING].lines
        tomorrow = desk_of(connection, city, "H1", "W1", today + timedelta(days=1))
        assert tomorrow.received == []
        assert [e.case_id for e in tomorrow.lists[DeskList.IN_HAND].lines] == ["5-C1"]
        assert len(tomorrow.lists[DeskList.WAITING].lines) == 2
        assert desk_of(connection, city, "H1", "W2", today).lists[DeskList.RESULTS].lines == []
        at_the_department = desk_of(connection, city, "H1", "M1", today).lists[DeskList.RESULTS].lines
        assert [e.case_id for e in at_the_department] == ["3-C1"]
        with pytest.raises(UnknownReference, match="has no window W9"):
            desk_of(connection, city, "H1", "W9", today)


def test_the_queue_shows_tasks_by_due_time_with_their_lights(database: str, tmp_path: Path) -> None:
    given = (accepted("food"), returned("food"), accepted("restaurant"))
    with recorded(database, tmp_path, *given) as found, found.reading() as connection:
        now = given[0].now
        assert length(connection, "market", now) == 3
        tasks = queue(connection, "market", now, 50).lines
        assert [t.due_at for t in tasks] == sorted(str(t.due_at) for t in tasks)
        assert {t.case_id: (t.light, t.holder) for t in tasks} == {
            "0-C1": ("green", None),
            "1-C1": ("paused", "R1"),
            "2-C1": ("green", None),
        }
        later = {t.case_id: t for t in queue(connection, "market", now + timedelta(days=13), 50).lines}
        assert (later["0-C1"].light, later["0-C1"].age_s // 3600) == ("yellow", 13 * 24)
        last = queue(connection, "market", now + timedelta(days=30), 1).lines
        assert [t.light for t in last] == ["red"]
        assert [t.work for t in queue(connection, "fire", now, 50).lines] == ["restaurant:fire"]


def test_the_case_file_is_the_history_in_its_order(database: str, tmp_path: Path) -> None:
    office = issued("food")
    with recorded(database, tmp_path, office) as found, found.reading() as connection:
        read = lines(connection, "0-C1")
    assert [line.version for line in read] == list(range(1, len(read) + 1))
    assert [line.type for line in read] == [r.event.type_name for r in office.cases["application/C1"]]
    assert read[0].status == "received"
    assert read[-1].status == "issued"


def test_a_report_groups_and_keeps_to_its_days(database: str, tmp_path: Path) -> None:
    with recorded(database, tmp_path, issued("food"), issued("restaurant")) as found, found.reading() as connection:

        def report(**options: Any) -> list[Any]:
            return processing_time_report(
                connection, **{"by": [Grouping.ITEM], "stage": Stage.TOTAL, "clock": Clock.WORKING, **options}
            )

        assert [(row["group"], row["cases"]) for row in report()] == [("food", 1), ("restaurant", 1)]
        assert [row["group"] for row in report(by=[Grouping.MONTH])] == ["2025-03"]
        assert [row["group"] for row in report(by=[Grouping.ACTIVITY])] == ["-"]
        assert [(row["group"], row["cases"]) for row in report(by=[Grouping.DEPARTMENT], stage=Stage.APPROVAL)] == [
            ("fire", 1),
            ("market", 2),
        ]
        assert report(since=date(2025, 3, 4)) == []
        assert report(until=date(2025, 3, 2)) == []
        assert len(report(since=date(2025, 3, 3), until=date(2025, 3, 3))) == 2


def test_a_report_over_a_year_without_data_is_refused(database: str, tmp_path: Path) -> None:
    office = Office()
    importer = Actor(person="R", role=Role.IMPORTER, hall="H1")
    year = CalendarYear(year=2022, holidays=(), makeup_days=())
    office.when(LoadCalendar, OPERATOR, hall_id="H1", years=(year,))  # and none for 2023
    for ordinal, minutes in enumerate((-60 * 24 * 365 * 3, 60 * 24 * 365 * 3), start=1):
        source = Source(log="l", ordinal=ordinal, activity="a")
        office.when(RecordStep, importer, minutes=minutes, hall="H1", item="food", source=source)
    with recorded(database, tmp_path, office) as found, found.reading() as connection:
        options: Any = {"by": [Grouping.HALL], "stage": Stage.TOTAL}
        assert processing_time_report(connection, **options, clock=Clock.CALENDAR)[0]["cases"] == 1
        with pytest.raises(CalendarTooShort, match="onewindow calendar load --hall H1"):
            processing_time_report(connection, **options, clock=Clock.WORKING)
