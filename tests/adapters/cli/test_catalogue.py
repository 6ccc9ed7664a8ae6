"""``catalogue`` and ``hall``: what is loaded is loaded whole; a broken file names its line; history answers for any day."""

from pathlib import Path
from typing import Any

import pytest

from adapters.files.catalogue.exporting import item_told, package_told
from adapters.files.catalogue.loading import load as load_catalogue
from adapters.files.catalogue.models import FileItem, FilePackage
from adapters.files.hall_file import load as load_halls
from adapters.files.yaml_file import BadFile
from domain.record import Actor, Role
from tests.adapters.cli.city import an_application, content_of, opened
from tests.databases import Copied
from tests.domain import event_examples
from tests.terminal import onewindow

GOOD = """\
items:
  - item: bakery
    effective_from: 2025-03-01
    name: {zh: 食品生产许可, en: Bakery}
    zone: legal_person
    lead_department: market
    legal_basis: 食品安全法 第三十五条
    online: true
    materials:
      - material: licence
        name: {zh: 营业执照, en: Business licence}
      - material: plan
        name: {zh: 平面布置图, en: Floor plan}
        deferrable: true
    approvals:
      - step: review
        department: market
        limit: 5 working_days
    limits:
      notice: 5 working_days
      decision: 10 working_days
      delivery: 10 working_days
      statutory_decision: 20 working_days
      supplement: 5 working_days
      extension: 5 working_days
"""
PACKAGE = """\
packages:

  # what the city offers as one thing
  - effective_from: 2025-03-01
    name: {zh: 开店一件事, en: Opening a shop}
    zone: natural_person
    lead_department: market
    limit: 8 working_days
    refusal: all_or_nothing
    package: shop
    parts:
      - item: food
      - {item: bakery, after: [food], only_if: bakes}
"""
HALLS = """\
halls:
  - hall: H7
    name: {zh: 东湖大厅, en: East lake}
    layout: after
    windows:
      - {window: C01, kind: comprehensive, zone: natural_person, floor: 1}
      - {window: D01, kind: department, zone: legal_person, department: market}
"""
BROKEN_CATALOGUES = {
    "not YAML": (GOOD.replace("{zh: 食品生产许可", "{zh 食品生产许可: ["), 4, "this is not YAML"),
    "tab": (GOOD.replace("    zone:", "\tzone:"), 5, "this is not YAML"),
    "a key twice": (GOOD.replace("    online: true", "    zone: legal_person"), 8, "zone appears twice"),
    "a key nobody knows": (GOOD.replace("    online: true", "    onlin: true"), 8, "is not a known name here"),
    "a field is missing": (GOOD.replace("    lead_department: market\n", ""), 2, "lead_department: is missing"),
    "no day": (GOOD.replace("2025-03-01", "2025-02-30"), 3, "effective_from"),
    "no zone": (GOOD.replace("zone: legal_person", "zone: anybody"), 5, "zone"),
    "an item without a name": (GOOD.replace("item: bakery", "item: ''"), 2, "item"),
    "a limit without a unit": (GOOD.replace("decision: 10 working_days", "decision: 10", 1), 21, "write a limit as"),
    "a limit of nothing": (GOOD.replace("supplement: 5", "supplement: 0"), 24, "write a limit as"),
    "a promise beyond the law": (GOOD.replace("decision: 10", "decision: 30"), 2, "exceed the statutory 20"),
    "90 calendar days": (GOOD.replace(" decision: 10 working", " decision: 90 calendar", 1), 2, "90 calendar_days can be longer than"),
    "a notice beyond the law": (GOOD.replace("notice: 5", "notice: 6"), 2, "exceed the statutory 5 working_days"),
    "an extension beyond the law": (GOOD.replace("extension: 5", "extension: 11"), 2, "exceed the statutory 10"),
    "a delivery beyond the law": (GOOD.replace("delivery: 10", "delivery: 11"), 2, "exceed the statutory 10"),
    "a material twice": (GOOD.replace("material: plan", "material: licence"), 2, "licence appears twice"),
    "an unknown department": (GOOD.replace("department: market\n        limit", "department: sky\n        limit"), 2, "sky is not known"),
    "a step before its turn": (
        GOOD.replace("        limit: 5", "        after: [other]\n        limit: 5"),
        2,
        "comes after other",
    ),
    "an item twice": (GOOD + GOOD.removeprefix("items:\n"), 26, "bakery appears twice"),
    "an alias": (GOOD.replace("    materials:", "    x: &a 1\n    y: *a\n    materials:"), 9, "aliases"),
    "no items": ("things: []\n", 1, "things: is not a known name here"),
    "a package of unknown items": (PACKAGE, 10, "service item bakery is not in the catalogue"),
    "a promise beyond joint handling": (
        PACKAGE.replace("limit: 8 working_days", "limit: 46 working_days\n    statutory: 45 working_days"),
        11,
        "limit: the promised 46 exceed the statutory 45 working_days",
    ),
    "an extension beyond joint handling": (
        PACKAGE.replace(
            "    refusal", "    extension: 16 working_days\n    statutory_extension: 15 working_days\n    refusal"
        ),
        12,
        "extension: the promised 16 exceed the statutory 15 working_days",
    ),
    "a law without a unit": (PACKAGE.replace("    refusal", "    statutory: 45\n    refusal"), 9, "write a limit as"),
    "a package without a rule": (PACKAGE.replace("all_or_nothing", "maybe"), 9, "refusal"),
    "nothing": ("", 1, "is not a mapping"),
    "a change without a reason": (GOOD.replace("bakery", "food"), 2, "say why under `reason`"),
}  # fmt: skip
BROKEN_HALLS = {
    "no kind": (HALLS.replace("comprehensive,", "wide,"), 6, "kind"),
    "a department window of nobody": (HALLS.replace(", department: market", ""), 2, "must name its department"),
    "a window twice": (HALLS.replace("D01", "C01"), 2, "window C01 appears twice; name it once"),
    "a hall twice": (HALLS + HALLS.removeprefix("halls:\n"), 8, "H7 appears twice"),
    "no number of a floor": (HALLS.replace("floor: 1", "floor: one"), 6, "floor"),
    "a window that stands otherwise": (
        HALLS.replace("H7", "H1").replace("C01, kind: comprehensive,", "W1, kind: comprehensive_intake,"),
        6,
        "window W1 is different on record",
    ),
    "a new window without a reason": (HALLS.replace("H7", "H1"), 6, "say why under `reason`"),
}


@pytest.fixture
def city(copied: Copied) -> str:
    return copied(an_application)


def test_a_broken_file_names_the_line_and_the_rule_and_nothing_is_loaded(city: str, tmp_path: Path) -> None:
    operator = Actor(person="O1", role=Role.OPERATOR)
    with opened(city, tmp_path) as found:
        before = found.log.head()
        for load, files in ((load_catalogue, BROKEN_CATALOGUES), (load_halls, BROKEN_HALLS)):
            for what, (text, line, rule) in files.items():
                file = tmp_path / "broken.yaml"
                file.write_text(text, encoding="utf-8")
                with pytest.raises(BadFile) as refused:
                    load(found, file, operator)
                assert f"{file}:{line}: " in str(refused.value), what
                assert rule in str(refused.value), what
                assert found.log.head() == before, what


def test_a_broken_file_ends_a_command_with_its_lines_and_no_traceback(city: str, tmp_path: Path) -> None:
    before = content_of(city)
    for noun, files in (("catalogue", BROKEN_CATALOGUES), ("hall", BROKEN_HALLS)):
        text, line, rule = next(iter(files.values()))
        (tmp_path / "broken.yaml").write_text(text, encoding="utf-8")
        answer = onewindow(city, tmp_path, noun, "load", "broken.yaml", "--by", "O1")
        assert (answer.code, f"broken.yaml:{line}: " in answer.err, rule in answer.err) == (2, True, True)
        assert "Traceback" not in answer.err
    assert content_of(city) == before


def test_what_is_not_utf8_is_said_with_its_line(city: str, tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_bytes(b"items:\n  - item: \xff\n")
    answer = onewindow(city, tmp_path, "catalogue", "load", "broken.yaml", "--by", "O1")
    assert (answer.code, "broken.yaml:2: this is not UTF-8" in answer.err) == (2, True)


def test_a_catalogue_is_loaded_exported_and_loaded_again(city: str, tmp_path: Path) -> None:
    def run(*words: str) -> Any:
        answer = onewindow(city, tmp_path, "catalogue", *words)
        assert answer.code == 0, answer.err
        return answer

    (tmp_path / "new.yaml").write_text(GOOD, encoding="utf-8")
    assert run("load", "new.yaml", "--by", "O1", "--format", "json").json["changed"] == 1
    assert run("load", "new.yaml", "--by", "O1", "--format", "json").json["changed"] == 0
    exported = run("export").out
    (tmp_path / "out.yaml").write_text(exported, encoding="utf-8")
    assert run("load", "out.yaml", "--by", "O1", "--format", "json").json["changed"] == 0
    assert "食品生产许可" in exported
    assert "statutory_extension: 10 working_days" in exported
    assert {each["item"] for each in run("list", "--format", "json").json} == {"bakery", "food"}


def test_what_was_published_before_anybody_said_the_law_is_the_same_as_a_file_that_leaves_it_out(
    city: str, tmp_path: Path
) -> None:
    said = "\n      statutory_extension: null\n      statutory_notice: null\n      statutory_delivery: null\n"
    unlimited = GOOD.rstrip("\n").replace("extension: 5", "extension: 30") + said
    operator = Actor(person="O1", role=Role.OPERATOR)
    with opened(city, tmp_path) as found:
        for text, changed in ((unlimited, 1), (GOOD.replace("extension: 5", "extension: 30"), 0), (unlimited, 0)):
            (tmp_path / "old.yaml").write_text(text, encoding="utf-8")
            assert len(load_catalogue(found, tmp_path / "old.yaml", operator)) == changed


def test_a_package_is_loaded_once_its_items_are_there(city: str, tmp_path: Path) -> None:
    def run(*words: str) -> Any:
        answer = onewindow(city, tmp_path, "catalogue", *words)
        assert answer.code == 0, answer.err
        return answer

    (tmp_path / "items.yaml").write_text(GOOD.replace("legal_person", "natural_person"), encoding="utf-8")
    law = "    statutory: 45 working_days\n    statutory_extension: 15 working_days\n    refusal"
    (tmp_path / "package.yaml").write_text(PACKAGE.replace("    refusal", law), encoding="utf-8")
    run("load", "items.yaml", "--by", "O1")
    assert run("load", "package.yaml", "--by", "O1", "--format", "json").json["changed"] == 1
    (only,) = run("packages", "--format", "json").json
    assert (only["package"], only["parts"]) == (
        "shop",
        [
            {"item": "food", "after": [], "only_if": None},
            {"item": "bakery", "after": ["food"], "only_if": "bakes"},
        ],
    )
    assert (only["limit"], only["statutory"]) == (
        {"amount": 8, "unit": "working_days", "first_day_counts": False},
        {"amount": 45, "unit": "working_days", "first_day_counts": False},
    )
    (tmp_path / "out.yaml").write_text(run("export").out, encoding="utf-8")
    assert run("load", "out.yaml", "--by", "O1", "--format", "json").json["changed"] == 0
    assert "refusal: all_or_nothing" in run("export", "shop").out
    assert "statutory_extension: 15 working_days" in run("export", "shop").out


def test_what_was_required_on_any_day_is_shown_with_its_order(city: str, tmp_path: Path) -> None:
    def run(*words: str) -> Any:
        answer = onewindow(city, tmp_path, "catalogue", *words)
        assert answer.code == 0, answer.err
        return answer

    (tmp_path / "new.yaml").write_text(GOOD, encoding="utf-8")
    run("load", "new.yaml", "--by", "O1")
    why = ("--order", "改革令 12", "--reason", "可由系统核验", "--by", "O1")
    run("change", "bakery", "--from", "2025-09-01", *why, "--abolish", "plan", "--share", "licence=business-licence")
    shown = run("show", "bakery", "--as-of", "2025-08-31", "--format", "json").json["in_force"]
    assert [m["material_id"] for m in shown["materials"] if m["abolished"] is None] == ["licence", "plan"]
    after = run("show", "bakery", "--as-of", "2025-09-01", "--format", "json").json
    assert [m["material_id"] for m in after["in_force"]["materials"] if m["abolished"] is None] == ["business-licence"]
    assert [(h["version"], h["order"]) for h in after["history"]] == [(1, None), (2, "改革令 12"), (3, "改革令 12")]
    assert "改革令 12" in run("show", "bakery").out
    differences = run("diff", "bakery", "--from", "1", "--to", "2025-09-01", "--format", "json").json["differences"]
    assert {"what": "materials plan abolished", "before": "", "after": "改革令 12"} in differences
    assert "materials plan abolished" in run("diff", "bakery", "--from", "2025-08-31").out
    refused = onewindow(
        city, tmp_path, "catalogue", "change", "bakery", "--from", "2025-09-01", *why, "--abolish", "plan"
    )
    assert (refused.code, "was abolished already by 改革令 12" in refused.err) == (12, True)
    run("change", "bakery", "--from", "2026-01-01", *why, "--withdraw")
    assert {each["item"] for each in run("list", "--format", "json").json} == {"food"}
    assert {each["item"] for each in run("list", "--as-of", "2025-12-31", "--format", "json").json} == {
        "bakery",
        "food",
    }


def test_changes_are_all_made_or_none(city: str, tmp_path: Path) -> None:
    before = content_of(city)
    words = ("change", "food", "--from", "2025-09-01", "--order", "x", "--reason", "y", "--by", "O1")
    refused = onewindow(city, tmp_path, "catalogue", *words, "--defer", "id-card", "--abolish", "nothing")
    assert (refused.code, "has no material nothing" in refused.err) == (14, True)
    assert content_of(city) == before
    nothing = onewindow(city, tmp_path, "catalogue", *words)
    assert (nothing.code, "name a change" in nothing.err) == (2, True)


def test_halls_are_loaded_and_their_windows_counted_on_any_day(city: str, tmp_path: Path) -> None:
    def run(*words: str) -> Any:
        answer = onewindow(city, tmp_path, "hall", *words)
        assert answer.code == 0, answer.err
        return answer

    (tmp_path / "halls.yaml").write_text(HALLS, encoding="utf-8")
    assert run("load", "halls.yaml", "--by", "O1", "--format", "json").json["changed"] == 1
    assert run("load", "halls.yaml", "--by", "O1", "--format", "json").json["changed"] == 0
    more = HALLS + "      - {window: D02, kind: department, zone: legal_person, department: market}\n"
    more = more.replace("    layout: after", "    layout: after\n    reason: 人多")
    (tmp_path / "halls.yaml").write_text(more, encoding="utf-8")
    assert run("load", "halls.yaml", "--by", "O1", "--format", "json").json["changed"] == 1
    merge = (
        "merge-windows",
        "H7",
        "D01",
        "D02",
        "--into",
        "L01",
        "--zone",
        "legal_person",
        "--order",
        "改革令",
        "--by",
        "O1",
    )
    run(*merge)
    assert [w["window"] for w in run("show", "H7", "--format", "json").json["windows"]] == ["C01", "L01"]
    shift = ("--from", "2020-01-01", "--until", "2100-01-01", "--duty", "intake", "--duty", "feedback", "--by", "O1")
    run("assign", "H7", "L01", "--person", "F8", *shift)
    assert "F8 until 2100-01-01 00:00 (intake, feedback)" in run("show", "H7").out
    run("relieve", "H7", "L01", "--person", "F8", "--by", "O1")
    assert "F8" not in run("show", "H7").out
    run("move-window", "H7", "C01", "--zone", "natural_person", "--floor", "2", "--reason", "分区", "--by", "O1")
    run(
        "open-window",
        "H7",
        "C02",
        "--kind",
        "comprehensive",
        "--zone",
        "natural_person",
        "--reason",
        "人多",
        "--by",
        "O1",
    )
    run("close-window", "H7", "C02", "--reason", "人少", "--by", "O1")
    counted = run("windows", "--by", "hall", "--format", "json").json
    assert counted["groups"] == [{"hall": "H1", "windows": 1}, {"hall": "H7", "windows": 2}]
    assert run("windows", "--on", "2025-03-02", "--format", "json").json["windows"] == 0
    assert "1 window on 2025-03-04" in run("windows", "--on", "2025-03-04").out
    assert [hall["hall"] for hall in run("list", "--format", "json").json] == ["H1", "H7"]


def test_a_file_says_everything_that_a_version_of_an_item_or_a_package_says() -> None:
    """Written and read again it is the same; a reading of the law that is the item's own would be lost otherwise."""
    item, package = event_examples.VERSION, event_examples.PACKAGE
    assert FileItem.model_validate(item_told("restaurant", item)).version(item.version) == item
    assert FilePackage.model_validate(package_told("open", package)).version(package.version) == package
