"""``city``: a folder is checked whole, loaded whole or not at all, changed by its differences, and written as it can be loaded again."""

import json
from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from adapters.bootstrap import Installation, utc_now
from adapters.files.catalogue.limits import FileLimits
from adapters.files.catalogue.models import FileItem, FilePackage
from adapters.files.city import example, exporting, loading
from adapters.files.city.problems import BadFolder
from domain.catalogue.item import ItemVersion, Limits
from domain.catalogue.package import HandedOver, PackageVersion
from domain.catalogue.reform import AbolishMaterial, WithdrawItem
from domain.errors import NotAllowed
from domain.record import Actor, Role
from tests.adapters.cli.city import content_of, opened
from tests.terminal import onewindow

OPERATOR = Actor(person="O1", role=Role.OPERATOR)
TODAY = date(2026, 3, 2)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The example city."""
    example.write(tmp_path / "city", TODAY)
    return tmp_path / "city"


@pytest.fixture
def installation(database: str, tmp_path: Path) -> Iterator[Installation]:
    """An empty database."""
    with opened(database, tmp_path) as found:
        yield found


def change(folder: Path, file: str, before: str, after: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert before in text, before
    (folder / file).write_text(text.replace(before, after, 1), encoding="utf-8")


H1, H2 = "halls/H1.yaml", "halls/H2.yaml"
STAFF = "staff.yaml"
FOOD, PERMIT = "items/opening-a-restaurant.yaml", "items/residence-permit.yaml"
BROKEN = {
    "not YAML": ("departments.yaml", "{zh: 公安局", "{zh 公安局: [", 10, "yaml", "this is not YAML"),
    "a heading nobody knows": (PERMIT, "items:", "itms:", 1, "yaml", "itms is not a heading"),
    "a key nobody knows": (H2, "    layout: after", "    colour: red", 5, "form", "is not a known name here"),
    "a key twice": (H2, "    layout: after", "    hall: H3", 5, "twice", "hall appears twice"),
    "an anchor that nothing uses": (PERMIT, "zone: natural_person", "zone: &z natural_person", 5, "yaml", "anchors (&z)"),
    "an alias": (PERMIT, "zone: natural_person", "zone: *z", 5, "yaml", "aliases (*z) are not allowed here"),
    "a field is missing": (PERMIT, "    lead_department: security\n", "", 2, "form", "lead_department: is missing"),
    "no hours": (H2, "[09:00-17:00]", "[9 to 5]", 7, "form", "write it as 09:00-12:00"),
    "hours that end before they begin": (H2, "[09:00-17:00]", "[17:00-09:00]", 3, "calendar", "ends before it begins"),
    "not a day of the week": (H1, "[monday,", "[moonday,", 9, "form", "weekdays.0"),
    "a year nobody knows": (H2, "public_holidays: [", "public_holidays: [1950, ", 8, "form", "write them out under `years`"),
    "not a time zone": (H2, "Asia/Shanghai", "Asia/Atlantis", 3, "calendar", "is not a time zone"),
    "no kind of window": (H2, "kind: comprehensive", "kind: wide", 10, "form", "kind"),
    "a window twice": (H2, "window: N1", "window: L1", 3, "hall", "window L1 appears twice; name it once"),
    "a window of an unknown department": (
        H2, "kind: comprehensive,", "kind: department, department: sky,", 10, "reference", "department sky is not known",
    ),
    "a department twice": ("departments.yaml", "department: fire", "department: market", 5, "twice", "stands at departments.yaml:3 too"),
    "a hall twice": (H2, "hall: H2", "hall: H1", 3, "twice", "stands at H1.yaml:3 too"),
    "an item led by nobody": (PERMIT, "lead_department: security", "lead_department: police", 6, "reference", "police is not known"),
    "a step of nobody": (PERMIT, "department: security}", "department: police}", 12, "reference", "police is not known"),
    "a package of an unknown item": ("packages.yaml", "item: fire-check", "item: fire-chek", 13, "reference", "fire-chek is not known"),
    "a package extended by nobody": ("packages.yaml", "# extended_by: government", "extended_by: government", 16, "reference", "government is not known"),
    "a package for others": ("packages.yaml", "zone: legal_person", "zone: natural_person", 3, "catalogue", "is not for a natural_person"),
    "a promise beyond the law": (PERMIT, "\n      decision: 5", "\n      decision: 50", 2, "catalogue", "exceed the statutory 20"),
    "a limit without a unit": (PERMIT, "notice: 5 working_days", "notice: 5", 14, "form", "write a limit as"),
    "a shift at no window": (H1, "{window: L1, person", "{window: L9, person", 28, "reference", "has no window L9"),
    "a shift of a stranger": (H1, "person: F1", "person: F77", 28, "reference", "F77 is not on the staff"),
    "a post in no hall": (STAFF, "{role: issuer, hall: H2}", "{role: issuer, hall: H5}", 16, "reference", "hall H5 is not known"),
    "a post in no department": (STAFF, "department: urban", "department: sky", 26, "reference", "department sky is not known"),
    "no such role": (STAFF, "role: head", "role: boss", 20, "form", "role"),
    "a role that no post gives": (STAFF, "role: auditor", "role: clock", 36, "staff", "clock is not a post"),
    "a post nowhere": (STAFF, "{role: issuer, hall: H2}", "{role: issuer}", 16, "form", "or `all_halls: true`"),
    "a reviewer of nobody": (STAFF, "{role: reviewer, department: urban,", "{role: reviewer,", 26, "staff", "name it"),
    "a person twice": (STAFF, "person: F2", "person: F1", 10, "twice", "stands at staff.yaml:9 too"),
    "somebody without a name": (STAFF, ", name: 陈佳", "", 10, "staff", "write the name"),
    "no operator": (STAFF, "role: operator", "role: auditor", 7, "staff", "nobody is an operator yet"),
    "the same post twice": (
        STAFF, "[{role: auditor, all_halls: true}]", "[{role: auditor, all_halls: true}, {role: auditor, all_halls: true}]", 36, "staff", "is auditor in all halls already",
    ),
    "somebody at two windows": (H1, "person: I1", "person: F1", 29, "shift", "relieve them there first"),
    "a duty that the window has not": (H1, "[feedback, queue]", "[intake, queue]", 29, "shift", "cannot do intake"),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_city_is_refused_with_file_line_and_rule(what: str, folder: Path) -> None:
    file, before, after, line, rule, sentence = BROKEN[what]
    change(folder, file, before, after)
    with pytest.raises(BadFolder) as refused:
        loading.check(folder, utc_now())
    told = [(str(each.file.relative_to(folder)), each.line, each.rule) for each in refused.value.problems]
    assert (file, line, rule) in told, refused.value
    assert sentence in str(refused.value)


def test_nothing_of_a_broken_city_is_loaded(installation: Installation, folder: Path) -> None:
    for file, before, after, _, _, sentence in BROKEN.values():
        text = (folder / file).read_text(encoding="utf-8")
        change(folder, file, before, after)
        with pytest.raises(BadFolder) as refused:
            loading.load(installation, folder, OPERATOR)
        assert sentence in str(refused.value)
        (folder / file).write_text(text, encoding="utf-8")
    assert installation.log.head() == 0


def test_every_problem_is_told_at_once(folder: Path) -> None:
    change(folder, H2, "kind: comprehensive", "kind: wide")
    change(folder, PERMIT, "notice: 5 working_days", "notice: 5")
    (folder / "notes.yml~").write_text("", encoding="utf-8")
    with pytest.raises(BadFolder) as refused:
        loading.check(folder, utc_now())
    assert [each.file.name for each in refused.value.problems] == ["H2.yaml", "residence-permit.yaml", "notes.yml~"]


def test_problems_are_listed_for_programs(database: str, tmp_path: Path, folder: Path) -> None:
    change(folder, H2, "kind: comprehensive", "kind: wide")
    before = content_of(database)
    for words in (("check",), ("load", "--by", "O1")):
        answer = onewindow(database, tmp_path, "city", *words, "city", "--format", "json")
        (problem,) = answer.json["problems"]
        assert (answer.code, problem["file"], problem["line"], problem["rule"]) == (2, f"city/{H2}", 10, "form")
        assert f"city/{H2}:10: " in answer.err
        assert "Traceback" not in answer.err
    assert content_of(database) == before


def test_a_city_is_loaded_once_and_the_same_again_records_nothing(installation: Installation, folder: Path) -> None:
    first = loading.load(installation, folder, OPERATOR)
    head = installation.log.head()
    again = loading.load(installation, folder, OPERATOR)
    assert first.position == head > 0
    assert (again.steps, again.only_in_city, installation.log.head()) == ((), (), head)


def test_an_export_loaded_into_an_empty_database_is_exported_the_same(
    database_url: str, folder: Path, tmp_path: Path
) -> None:
    from adapters.store import migrate

    first, second = f"sqlite:///{tmp_path}/first.db", database_url
    for database, source in ((first, folder), (second, tmp_path / "export")):
        migrate.upgrade(database)
        with opened(database, tmp_path) as installation:
            loading.load(installation, source, OPERATOR)
            if database == first:
                _further(installation)
                exporting.export(installation, tmp_path / "export")
            content = exporting.contents(installation)
            assert loading.load(installation, tmp_path / "export", OPERATOR).steps == ()
        if database == first:
            expected = content
    assert content == expected
    assert [each["effective_from"] for each in content["items/food-licence.yaml"]["items"]] == [
        "2025-01-01",
        "2027-01-01",
    ]
    assert content["items/signboard.yaml"]["items"][0]["withdrawn"]["order"] == "改革令 3"


def _further(installation: Installation) -> None:
    """Changes that the folder did not say: a material abolished, an item withdrawn."""
    why: dict[str, Any] = {"actor": OPERATOR, "reason": "减材料", "order": "改革令 3"}
    day = {"effective_from": date(2027, 1, 1)}
    installation.office.execute(
        AbolishMaterial(command_id="1", item_id="food-licence", material_id="floor-plan", **day, **why)
    )
    installation.office.execute(WithdrawItem(command_id="2", item_id="signboard", **day, **why))


def events_after(installation: Installation, position: int) -> list[str]:
    return [row.record().event.type_name for row in installation.log.read(position, installation.log.head(), 100)]


DIFFERENCES = {
    "a window more": (H2, "    windows:\n", "    windows:\n      - {window: L2, kind: comprehensive, zone: legal_person}\n", ["hall.window_opened"]),
    "a window moves": (H1, "zone: legal_person, floor: 1", "zone: legal_person, floor: 3", ["hall.window_moved"]),
    "other hours": (H2, "[09:00-17:00]", "[08:00-17:00]", ["hall.opening_hours_changed"]),
    "Saturdays": (H1, "friday]", "friday, saturday]", ["hall.opening_hours_changed"]),
    "a day closed": (
        H2, "    windows:\n", "    days: [{day: 2026-03-09, reason: 停电, closed: true}]\n    windows:\n",
        ["hall.calendar_day_overridden"],
    ),
    "a Saturday's service": (
        H2, "    windows:\n", "    days: [{day: 2026-03-14, reason: 延时, sessions: [09:00-12:00], counts: false}]\n    windows:\n",
        ["hall.calendar_day_overridden"],
    ),
    "a year more": (
        H2, "    windows:\n", "    years: [{year: 2031, holidays: [2031-01-01]}]\n    windows:\n", ["hall.calendar_year_loaded"],
    ),
    "others favoured": (H1, "favours: [pregnant]", "favours: [with_infant]", ["hall.favours_named"]),
    "laid out anew": (H2, "layout: after", "layout: before", ["hall.windows_merged"]),
    "a department more": (
        "departments.yaml", "departments:\n", "departments:\n  - {department: water, name: {zh: 水务局, en: Water}}\n",
        ["department.established"],
    ),
    "an item changes": (PERMIT, "effective_from: 2025-01-01", "effective_from: 2027-01-01", ["catalogue.item_revised"]),
    "an item of a department that is new": (
        PERMIT,
        "items:\n  - item: residence-permit\n    effective_from: 2025-01-01\n"
        "    name: {zh: 居住证申领, en: Residence permit}\n    zone: natural_person\n    lead_department: security\n",
        "departments:\n  - {department: lake, name: {zh: 湖区, en: Lake District}}\n"
        "items:\n  - item: residence-permit\n    effective_from: 2028-01-01\n"
        "    name: {zh: 居住证申领, en: Residence permit}\n    zone: natural_person\n    lead_department: lake\n"
        "    withdrawn: {effective_from: 2030-01-01, reason: 停办, order: 改革令 1}\n",
        ["department.established", "catalogue.item_revised", "catalogue.item_withdrawn"],
    ),
    "a package changes": ("packages.yaml", "effective_from: 2025-01-01", "effective_from: 2027-01-01", ["package.published"]),
    "a post more": (STAFF, "[{role: auditor, all_halls: true}]", "[{role: auditor, all_halls: true}, {role: reporter, all_halls: true}]", ["staff.role_given"]),
    "a person more": (
        STAFF, "staff:\n", "staff:\n  - {person: F5, name: 郑爽, posts: [{role: front_desk, hall: H1}, {role: issuer, hall: H2}]}\n",
        ["staff.joined", "staff.role_given"],
    ),
    "a person of a department that is new": (
        STAFF, "staff:\n", "departments:\n  - {department: tax, name: {zh: 税务局, en: Tax}}\nstaff:\n"
        "  - {person: T1, name: 郑爽, posts: [{role: reviewer, department: tax, hall: H1, from: '2099-01-01T00:00Z', until: '2100-01-01T00:00Z'}]}\n",
        ["department.established", "staff.joined"],
    ),
    "a shift more": (
        H2, "    windows:\n",
        "    rota: [{window: L1, person: F4, from: '2099-01-01 09:00', until: '2099-01-01 12:00', duties: [intake]}]\n"
        "    windows:\n", ["hall.staff_assigned"],
    ),
    "a shift that is over": (
        H2, "    windows:\n",
        "    rota: [{window: L1, person: F4, from: '2025-01-01 09:00', until: '2025-01-01 12:00', duties: [intake]}]\n"
        "    windows:\n", [],
    ),
}  # fmt: skip


def test_a_changed_file_records_just_the_difference(installation: Installation, folder: Path) -> None:
    loading.load(installation, folder, OPERATOR)
    for what, (file, before, after, expected) in DIFFERENCES.items():
        head, text = installation.log.head(), (folder / file).read_text(encoding="utf-8")
        change(folder, file, before, after)
        loaded = loading.load(installation, folder, OPERATOR, reason="便民")
        assert events_after(installation, head) == expected, what
        assert len(loaded.steps) == len(expected), what
        assert loading.load(installation, folder, OPERATOR).steps == (), what
        (folder / file).write_text(text, encoding="utf-8")
        loading.load(installation, folder, OPERATOR, reason="还原") if what in REVERSIBLE else None


REVERSIBLE = ("a window moves", "other hours", "Saturdays", "others favoured", "laid out anew")
NO_DIFFERENCE = {
    "a department's name": ("departments.yaml", "zh: 公安局", "zh: 警察局", 10, "a department keeps its name"),
    "a hall's name": (H2, "zh: 西岸便民服务中心", "zh: 西岸中心", 4, "a hall keeps its name"),
    "a hall's time zone": (H2, "Asia/Shanghai", "Asia/Urumqi", 6, "a hall keeps its time zone"),
    "a window's kind": (H2, "kind: comprehensive,", "kind: comprehensive_intake,", 10, "a window keeps its kind"),
    "an item of the same day": (PERMIT, "notice: 5", "notice: 3", 3, "give the change a later effective_from"),
    "a package of the same day": ("packages.yaml", "limit: 10", "limit: 9", 4, "give the change a later effective_from"),
    "a person's name": (STAFF, "name: 陈佳", "name: 陈嘉", 10, "has another name on record"),
    "a post's end": (STAFF, "{role: auditor,", "{role: auditor, until: '2099-01-01T00:00Z',", 36, "at other times on record"),
    "an earlier version": (PERMIT, "effective_from: 2025-01-01", "effective_from: 2024-01-01", 2, "effective_from must come after the last version"),
}  # fmt: skip


def test_what_cannot_be_a_difference_is_said_with_its_line(installation: Installation, folder: Path) -> None:
    loading.load(installation, folder, OPERATOR)
    head = installation.log.head()
    for what, (file, before, after, line, sentence) in NO_DIFFERENCE.items():
        text = (folder / file).read_text(encoding="utf-8")
        change(folder, file, before, after)
        with pytest.raises(BadFolder) as refused:
            loading.load(installation, folder, OPERATOR, reason="x")
        assert f"{folder / file}:{line}: " in str(refused.value), what
        assert sentence in str(refused.value), what
        (folder / file).write_text(text, encoding="utf-8")
    assert installation.log.head() == head


def test_a_change_says_why(installation: Installation, folder: Path) -> None:
    loading.load(installation, folder, OPERATOR)
    change(folder, H1, "zone: legal_person, floor: 1", "zone: legal_person, floor: 3")
    with pytest.raises(BadFolder, match=r"H1\.yaml:21: window L1 of hall H1 moves: say why with `reason` here"):
        loading.load(installation, folder, OPERATOR)
    change(folder, H1, "    layout: after", "    reason: 腾挪\n    layout: after")
    assert loading.load(installation, folder, OPERATOR).steps == ("window L1 of hall H1 moves",)


def test_what_no_file_says_any_more_stays_and_is_listed_until_it_is_removed(
    installation: Installation, folder: Path
) -> None:
    loading.load(installation, folder, OPERATOR)
    change(folder, H2, "      - {window: N1, kind: comprehensive, zone: natural_person}\n", "")
    change(folder, "departments.yaml", "  - department: market", "  - department: sky")
    (folder / PERMIT).unlink()
    change(folder, STAFF, "{role: auditor,", "{role: reporter,")
    change(folder, STAFF, "  - {person: I3, name: 朱琳, posts: [{role: issuer, hall: H2}]}\n", "")
    listed = loading.load(installation, folder, OPERATOR)
    assert listed.steps == ("department sky is established", "A1 is reporter in all halls")
    assert [each.split(";")[0] for each in listed.only_in_city] == [
        "department market",
        "hall H2: window N1",
        "staff A1: auditor in all halls",
        "staff I3",
        "service item residence-permit",
    ]
    removed = loading.load(installation, folder, OPERATOR, reason="人少", remove=True)
    assert removed.steps == ("window N1 of hall H2 closes", "A1 is no longer auditor in all halls")
    assert "N1" not in installation.office.city().hall("H2").windows


def test_names_are_written_only_where_the_key_opens_them(
    installation: Installation, folder: Path, tmp_path: Path
) -> None:
    loading.load(installation, folder, OPERATOR)
    assert {"person": "F2", "name": "陈佳", "posts": [{"role": "front_desk", "hall": "H1"}]} in exporting.contents(
        installation
    )[STAFF]["staff"]
    stored = "".join(str(row) for row in installation.log.read(0, installation.log.head(), 1000))
    assert "陈佳" not in stored
    (tmp_path / "master.key").unlink()
    with opened(installation.settings.database_url, tmp_path) as without:
        assert {"person": "F2", "posts": [{"role": "front_desk", "hall": "H1"}]} in exporting.contents(without)[STAFF][
            "staff"
        ]


def test_only_who_is_an_operator_loads(installation: Installation, folder: Path) -> None:
    with pytest.raises(BadFolder, match="give F1 a post with `role: operator`"):
        loading.load(installation, folder, Actor(person="F1", role=Role.OPERATOR))
    loading.load(installation, folder, OPERATOR)
    change(
        folder,
        STAFF,
        "[{role: auditor, all_halls: true}]",
        "[{role: auditor, all_halls: true}, {role: reporter, all_halls: true}]",
    )
    with pytest.raises(NotAllowed, match="F1 is no operator"):
        loading.load(installation, folder, Actor(person="F1", role=Role.OPERATOR))


def test_a_dry_run_says_what_would_be_recorded(database: str, tmp_path: Path, folder: Path) -> None:
    answer = onewindow(database, tmp_path, "city", "load", "city", "--by", "O1", "--dry-run")
    assert "changes to record" in answer.out
    with opened(database, tmp_path) as installation:
        assert installation.log.head() == 0


def test_a_folder_that_holds_something_is_not_written_into(database: str, tmp_path: Path, folder: Path) -> None:
    for command in ("init", "export"):
        answer = onewindow(database, tmp_path, "city", command, "city")
        assert (answer.code, "is not empty; name a new folder" in answer.err) == (2, True)


def test_names_that_no_file_can_have_are_written_apart(
    installation: Installation, folder: Path, tmp_path: Path
) -> None:
    change(folder, PERMIT, "item: residence-permit", "item: fire/check")
    change(folder, FOOD, "  - item: signboard", "  - item: fire_check")
    change(folder, "packages.yaml", "item: signboard", "item: fire_check")
    loading.load(installation, folder, OPERATOR)
    exporting.export(installation, tmp_path / "export")
    assert loading.load(installation, tmp_path / "export", OPERATOR).steps == ()
    assert {f"items/fire_check{end}.yaml" for end in ("", "-2")} < set(exporting.contents(installation))


def test_a_package_says_that_each_item_is_handed_over_as_it_is_done(
    installation: Installation, folder: Path, tmp_path: Path
) -> None:
    change(folder, "packages.yaml", "# handed_over: each", "handed_over: each")
    loading.load(installation, folder, OPERATOR)
    assert installation.office.city().package("open-restaurant").versions[-1].handed_over is HandedOver.EACH
    exporting.export(installation, tmp_path / "export")
    assert "handed_over: each" in (tmp_path / "export" / "packages.yaml").read_text(encoding="utf-8")
    assert loading.load(installation, tmp_path / "export", OPERATOR).steps == ()


def test_the_files_say_everything_that_a_version_has() -> None:
    """Whoever adds something to an item, its limits or a package adds it to the files."""
    assert {field.name for field in fields(ItemVersion)} - {"version"} <= set(FileItem.model_fields)
    assert {field.name for field in fields(Limits)} == set(FileLimits.model_fields)
    assert {field.name for field in fields(PackageVersion)} - {"version"} <= set(FilePackage.model_fields)


def test_the_example_is_small_and_complete(folder: Path) -> None:
    assert loading.check(folder, utc_now()) == {"departments": 4, "halls": 2, "staff": 20, "items": 4, "packages": 1}
    assert json.dumps(sorted(file.name for file in folder.rglob("*.yaml")))
