"""Mapping files: those shipped, one's own, and what is wrong with a bad one."""

from datetime import date
from pathlib import Path

import pytest

from adapters.exchange.mapping import Mapping, MappingError, load_mapping
from domain.application.beside.recorded_steps import Meaning
from tests.adapters.exchange.conftest import LOGS

TEXT = (LOGS / "hall.toml").read_text(encoding="utf-8")


def test_the_shipped_mapping_is_found_by_its_name() -> None:
    mapping = load_mapping("receipt")

    assert mapping.name == "receipt"
    assert mapping.hall.id == "coselog"
    assert mapping.activities == {"Confirmation of receipt": Meaning.INTAKE}
    for year in mapping.hall.calendar.years:
        assert all(day.weekday() in mapping.hall.calendar.weekdays for day in year.holidays)


def test_a_mapping_of_ones_own_is_found_by_its_path(mapping: Mapping) -> None:
    assert load_mapping(str(LOGS / "hall.toml")) == mapping
    assert mapping.hall.calendar.years[0].makeup_days == (date(2024, 2, 4),)
    assert mapping.csv.delimiter == ","


@pytest.mark.parametrize(
    ("there", "instead", "sentence"),
    [
        ('case = "case:concept:name"', "", "columns.case: is missing; add it"),
        ('activity = "concept:name"', 'activty = "x"', "columns.activity: is missing; add it"),
        ('id = "shop-licence"', 'ID = "x"\nid = "x"', "item.ID: is not a key of a mapping; remove"),
        ('= "application.decided"', '= "application.archived"', "activities.Decided: input should"),
        ('time_zone = "Asia/Shanghai"', 'time_zone = "Mars"', "time_zone: is not a time zone; use"),
        ('"13:30-17:00"', '"17:00-13:30"', "17:00-13:30 is not a span of hours; write it as"),
        ('"13:30-17:00"', '"13:30-25:00"', "13:30-25:00 is not a span of hours; write it as"),
        ("weekdays = [0, 1, 2, 3, 4]", "weekdays = [0, 7]", "hall.calendar.weekdays.1: input"),
        ("weekdays = [0, 1, 2, 3, 4]", "weekdays = [0, 0]", "a weekday appears twice"),
        ("2024-02-12", "2025-02-12", "2025-02-12 is not a day of 2024; put it under its own year"),
        ("2024-02-12", "2024-02-04", "a day of 2024 appears twice; remove one"),
        ('= "time:timestamp"', '= "case:start"', "time belongs to each event, so case:start"),
        ('name = "test-hall"', 'name = "test-hall', "the mapping is not valid TOML"),
        ("[item]", '[csv]\ndelimiter = ";;"\n[item]', "csv.delimiter: must be one character"),
    ],
)
def test_a_bad_mapping_names_the_file_the_key_and_the_rule(
    tmp_path: Path, there: str, instead: str, sentence: str
) -> None:
    path = tmp_path / "own.toml"
    assert there in TEXT
    path.write_text(TEXT.replace(there, instead), encoding="utf-8")
    with pytest.raises(MappingError) as wrong:
        load_mapping(path)
    assert str(wrong.value).startswith(f"{path}: ")
    assert sentence in str(wrong.value)


def test_an_unknown_name_lists_what_is_shipped() -> None:
    with pytest.raises(MappingError, match=r"use one of receipt, or the path of a \.toml file"):
        load_mapping("reciept")


def test_a_file_that_is_not_there_or_not_text(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match=r"cannot be read \(No such file or directory\)"):
        load_mapping(tmp_path / "nothing.toml")
    path = tmp_path / "own.toml"
    path.write_bytes(TEXT.encode("gb18030"))
    with pytest.raises(MappingError, match="not UTF-8"):
        load_mapping(path)
