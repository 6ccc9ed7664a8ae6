"""A log that was imported comes again with changes: what is new comes in, what is gone or different is listed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.bootstrap import Installation, installation
from adapters.disk.target import Kept
from adapters.exchange.importing import Imported, Wanted, import_log
from adapters.exchange.log_hall import prepare
from adapters.exchange.mapping import Mapping, load_mapping
from adapters.exchange.rejects import target_of
from adapters.settings import Settings
from adapters.store.audit import verify
from domain.application.beside.changed_rows import RowCorrected, RowTakenOut
from domain.application.beside.recorded_steps import RecordStep
from domain.record import Actor, Role, Source
from projections.reports.processing_report import Clock, Grouping, Stage, processing_time_report
from projections.views.all_views import VIEWS

MAPPING = """
name = "made"
time_zone = "Asia/Shanghai"
[columns]
case = "case"
activity = "activity"
time = "time"
resource = "who"
lifecycle = "lifecycle"
[hall]
id = "H9"
name_zh = "大厅"
name_en = "Hall"
time_zone = "Asia/Shanghai"
[hall.calendar]
sessions = ["09:00-17:00"]
weekdays = [0, 1, 2, 3, 4]
[[hall.calendar.year]]
year = 2020
[item]
id = "any"
name_zh = "事项"
name_en = "Item"
"""
HEADER = "case,activity,time,who,lifecycle,note"
RECEIVED = "c1,received,2020-01-06T10:00:00,李,complete,"
CHECKED = "c1,checked,2020-01-07T10:00:00,李,complete,"
SENT = "c1,sent,2020-01-08T10:00:00,王,complete,"
OTHER = "c2,received,2020-01-06T11:00:00,李,complete,"


@pytest.fixture
def office(database: str, tmp_path: Path) -> Iterator[Installation]:
    with installation(Settings(database_url=database, master_key_file=tmp_path / "key")) as opened:
        yield opened


@pytest.fixture
def mapping(tmp_path: Path) -> Mapping:
    file = tmp_path / "made.toml"
    file.write_text(MAPPING, encoding="utf-8")
    return load_mapping(file)


def taken(office: Installation, mapping: Mapping, *rows: str, **wanted: object) -> Imported:
    """What becomes of a file with these rows."""
    folder = office.settings.master_key_file.parent
    (folder / "made.csv").write_text("\n".join((HEADER, *rows)) + "\n", encoding="utf-8")
    how = Wanted(**wanted)  # type: ignore[arg-type]
    return import_log(
        office, folder / "made.csv", mapping, target_of(folder / "rejects.csv", Kept()), lambda done, total: None, how
    )


def counts(done: Imported) -> dict[str, int]:
    """What is not zero of what an import counted."""
    said = {name: getattr(done, name) for name in ("added", "known", "refused", "changed", "gone")}
    return {name: number for name, number in said.items() if number}


def activities(office: Installation, case_id: str = "c1") -> list[str]:
    """What the log said of a case, by time, as it reads now."""
    return [row.activity for row in office.office.case(case_id).rows_by_time]


def test_a_row_added_in_the_middle_comes_in_and_the_others_are_known(office: Installation, mapping: Mapping) -> None:
    taken(office, mapping, RECEIVED, SENT, OTHER)
    assert counts(taken(office, mapping, RECEIVED, CHECKED, SENT, OTHER)) == {"added": 1, "known": 3}
    assert activities(office) == ["received", "checked", "sent"]
    assert counts(taken(office, mapping, RECEIVED, CHECKED, SENT, OTHER)) == {"known": 4}


def test_a_file_with_only_the_new_rows_is_the_ordinary_case(office: Installation, mapping: Mapping) -> None:
    taken(office, mapping, RECEIVED, SENT)
    assert counts(taken(office, mapping, CHECKED, OTHER)) == {"added": 2}
    assert activities(office) == ["received", "checked", "sent"]
    assert counts(taken(office, mapping, RECEIVED, CHECKED, SENT, OTHER)) == {"known": 4}


def test_the_order_of_the_rows_in_a_file_does_not_matter(office: Installation, mapping: Mapping) -> None:
    taken(office, mapping, RECEIVED, CHECKED, SENT)
    assert counts(taken(office, mapping, SENT, RECEIVED, CHECKED)) == {"known": 3}


def test_rows_that_are_equal_are_counted(office: Installation, mapping: Mapping) -> None:
    assert counts(taken(office, mapping, RECEIVED, RECEIVED)) == {"added": 2}
    assert counts(taken(office, mapping, RECEIVED, RECEIVED, RECEIVED)) == {"added": 1, "known": 2}
    assert counts(taken(office, mapping, RECEIVED, RECEIVED)) == {"known": 2, "gone": 1}


def test_rows_of_one_moment_keep_the_order_of_the_file(office: Installation, mapping: Mapping) -> None:
    """Given a row that comes later into the middle of rows of the same minute."""
    first, second, third = (f"c1,{name},2020-01-06T10:00:00,李,complete," for name in ("a", "b", "c"))
    taken(office, mapping, first, third)
    taken(office, mapping, first, second, third)
    assert activities(office) == ["a", "b", "c"]
    taken(office, mapping, "c1,z,2020-01-06T10:00:00,李,complete,", first, second, third)
    assert activities(office) == ["z", "a", "b", "c"]


LATER = CHECKED.replace("01-07", "01-09")
CHANGES = {
    "activity": (CHECKED.replace("checked", "looked at"), "changed: activity"),
    "time": (LATER, "changed: time"),
    "lifecycle": (CHECKED.replace("complete", "start"), "changed: lifecycle"),
    "resource": (CHECKED.replace("李", "王"), "changed: resource"),
    "attributes": (CHECKED + "remark", "changed: attributes"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_row_that_changed_is_listed_and_recorded_only_when_that_is_wanted(
    office: Installation, mapping: Mapping, what: str
) -> None:
    row, told = CHANGES[what]
    taken(office, mapping, RECEIVED, CHECKED, SENT)
    head = office.log.head()
    listed = taken(office, mapping, RECEIVED, row, SENT)
    assert counts(listed)["changed"] == 1
    assert [(d.what, d.case, d.event, d.line) for d in listed.differences] == [(told, "c1", 2, 3)]
    assert office.log.head() == head

    accepted = taken(office, mapping, RECEIVED, row, SENT, accepted_because="corrected by the sender")
    assert counts(accepted)["changed"] == 1
    event = office.office.history("c1")[-1].event
    assert isinstance(event, RowCorrected)
    assert (event.corrects, event.reason) == (2, "corrected by the sender")
    assert counts(taken(office, mapping, RECEIVED, row, SENT)) == {"known": 3}

    back = taken(office, mapping, RECEIVED, CHECKED, SENT, accepted_because="as it was")
    assert counts(back)["changed"] == 1
    assert counts(taken(office, mapping, RECEIVED, CHECKED, SENT)) == {"known": 3}
    again = taken(office, mapping, RECEIVED, row, SENT, accepted_because="corrected by the sender")
    assert counts(again)["changed"] == 1
    assert counts(taken(office, mapping, RECEIVED, row, SENT)) == {"known": 3}


def test_a_row_that_is_gone_is_listed_and_taken_out_only_when_that_is_wanted(
    office: Installation, mapping: Mapping
) -> None:
    taken(office, mapping, RECEIVED, CHECKED, SENT)
    head = office.log.head()
    listed = taken(office, mapping, RECEIVED, SENT)
    assert counts(listed) == {"known": 2, "gone": 1}
    assert [(d.what, d.event, d.recorded) for d in listed.differences] == [
        ("gone", 2, "checked; 2020-01-07T02:00:00.000000Z; complete; 李")
    ]
    assert counts(taken(office, mapping, RECEIVED, SENT, part=True)) == {"known": 2}
    assert office.log.head() == head

    taken(office, mapping, RECEIVED, SENT, accepted_because="entered twice")
    event = office.office.history("c1")[-1].event
    assert event == RowTakenOut(corrects=2, reason="entered twice")
    assert activities(office) == ["received", "sent"]
    assert counts(taken(office, mapping, RECEIVED, SENT)) == {"known": 2}
    assert counts(taken(office, mapping, RECEIVED, CHECKED, SENT)) == {"added": 1, "known": 2}
    assert activities(office) == ["received", "checked", "sent"]


def test_a_row_that_differs_in_two_things_is_a_new_one_and_the_old_one_is_gone(
    office: Installation, mapping: Mapping
) -> None:
    taken(office, mapping, RECEIVED, CHECKED, SENT)
    row = LATER.replace("李", "王")
    assert counts(taken(office, mapping, RECEIVED, row, SENT)) == {"added": 1, "known": 2, "gone": 1}


def test_rows_that_a_former_version_imported_are_known(office: Installation, mapping: Mapping) -> None:
    """Given rows whose commands were named by their place in the case, as the release before did."""
    prepare(office, mapping)
    for place, (activity, day) in enumerate((("received", 6), ("sent", 8)), start=1):
        source = Source(
            log="made",
            ordinal=place,
            activity=activity,
            resource="李" if place == 1 else "王",
            attributes={"lifecycle": "complete"},
        )
        office.office.execute(
            RecordStep(
                command_id=f"import/made/c1/{place}",
                actor=Actor(person="李", role=Role.IMPORTER, hall="H9"),
                occurred_at=f"2020-01-{day:02d}T02:00:00Z",
                case_id="c1",
                hall="H9",
                item="any",
                source=source,
            )
        )
    assert counts(taken(office, mapping, RECEIVED, SENT)) == {"known": 2}
    assert counts(taken(office, mapping, RECEIVED, CHECKED, SENT)) == {"added": 1, "known": 2}


def test_a_row_of_a_year_without_calendar_is_refused_and_the_others_come_in(
    office: Installation, mapping: Mapping
) -> None:
    """The example of the issue: nobody else writes, so nothing is told as a lost race."""
    done = taken(office, mapping, "c1,a,1970-01-01T00:00:00Z,,,", "c1,b,2020-01-06T10:00:00,,,")
    assert counts(done) == {"added": 1, "refused": 1}
    assert "has no data for 1970" in (office.settings.master_key_file.parent / "rejects.csv").read_text()


def test_a_log_whose_five_hundredth_row_is_refused_goes_on(office: Installation, mapping: Mapping) -> None:
    rows = [f"c1,step {n},2020-01-06T10:{n // 60:02d}:{n % 60:02d},,," for n in range(600)]
    rows[499] = "c1,step 499,1970-01-01T00:00:00Z,,,"
    assert counts(taken(office, mapping, *rows)) == {"added": 599, "refused": 1}


def hours(office: Installation, stage: Stage) -> dict[str, float]:
    """By activity, or the case's channel, the mean of a stage in hours of the calendar."""
    office.runner().catch_up()
    by = Grouping.ACTIVITY if stage is Stage.STEP else Grouping.CHANNEL
    with office.reading() as connection:
        rows = processing_time_report(connection, by=[by], stage=stage, clock=Clock.CALENDAR)
    return {str(row["group"]): row["mean_s"] / 3600 for row in rows}


def test_total_runs_from_the_earliest_to_the_latest_row_and_steps_go_by_time(
    office: Installation, mapping: Mapping
) -> None:
    """Given a case whose first row in the file is its second by time, and whose last one is its third."""
    taken(office, mapping, CHECKED, RECEIVED, "c1,filed,2020-01-08T16:00:00,王,complete,", SENT)
    assert list(hours(office, Stage.TOTAL).values()) == [54.0]
    assert hours(office, Stage.STEP) == {"checked": 24.0, "sent": 24.0, "filed": 6.0}


def test_figures_are_made_of_the_rows_as_they_read_now(office: Installation, mapping: Mapping) -> None:
    taken(office, mapping, RECEIVED, CHECKED, SENT)
    assert hours(office, Stage.STEP) == {"checked": 24.0, "sent": 24.0}
    taken(office, mapping, RECEIVED, LATER, SENT, accepted_because="corrected")
    assert hours(office, Stage.STEP) == {"sent": 48.0, "checked": 24.0}
    assert list(hours(office, Stage.TOTAL).values()) == [72.0]
    taken(office, mapping, RECEIVED, SENT, accepted_because="entered twice")
    assert hours(office, Stage.STEP) == {"sent": 48.0}
    assert list(hours(office, Stage.TOTAL).values()) == [48.0]
    audit = verify(office.settings.database_url, VIEWS, lambda done, total: None)
    assert audit.findings == []
