"""Each limit is refused in a sentence with its line and the limit, in English and in Chinese."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from adapters.exchange.csv_log import read_csv
from adapters.exchange.log_row import BadRow, BrokenLog, LogRow
from adapters.exchange.mapping import Mapping, MappingError, load_mapping
from adapters.exchange.table_log import read_xlsx
from adapters.exchange.xes_log import read_xes
from adapters.files.calendar_file import CalendarFileError
from adapters.files.calendar_file import load as load_calendar
from adapters.files.yaml_file import BadFile, read
from adapters.language.translation import chinese
from adapters.reading.limits import (
    ADDRESS_CHARACTERS,
    COLUMNS,
    LINE_BYTES,
    NAME_CHARACTERS,
    READINGS,
    ROW_CHARACTERS,
    TIME_CHARACTERS,
    TOML_BYTES,
    TOML_DEEPEST,
    TOML_WORD,
    XES_BYTES_WITHOUT_TAG,
    YAML_BYTES,
    YAML_DEEPEST,
    YAML_VALUES,
)
from adapters.store.driver.address import read_address
from adapters.store.driver.failures import DatabaseError
from tests.adapters.exchange.conftest import LOGS

MAPPING = load_mapping(LOGS / "hall.toml")
SMALL = MAPPING.model_copy(
    update={
        "columns": MAPPING.columns.model_validate({"case": "case", "activity": "what", "time": "at"}),
    }
)
HEADER = "case,what,at\n"
ROW = "C{n},intake,2024-02-01T09:00:00+08:00\n"
NAME = '<string key="concept:name" value="C1"/>'
EVENT = (
    '<event><string key="concept:name" value="a"/><date key="time:timestamp" value="2024-02-01T09:00:00Z"/>{}</event>\n'
)


def written(tmp_path: Path, name: str, content: str) -> Path:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    return path


def as_csv(tmp_path: Path, content: str) -> list[LogRow | BadRow]:
    return list(read_csv(written(tmp_path, "log.csv", content), SMALL))


def as_xes(tmp_path: Path, inside: str) -> list[LogRow | BadRow]:
    return list(read_xes(written(tmp_path, "log.xes", f"<log>\n<trace>{inside}</trace></log>"), MAPPING))


def refused_row(rows: list[LogRow | BadRow]) -> BadRow:
    (bad,) = (row for row in rows if isinstance(row, BadRow))
    assert len(bad.text) <= 500
    return bad


BROKEN_LOGS: dict[str, tuple[Callable[[Path, str], object], str, int, str]] = {
    "a line of CSV": (as_csv, HEADER + "x" * (LINE_BYTES + 1), 2, f"longer than {LINE_BYTES} bytes"),
    "columns": (as_csv, HEADER.strip() + ",x" * COLUMNS + "\n", 1, f"more than {COLUMNS} columns"),
    "a column's name": (as_csv, "x" * 1001 + "," + HEADER, 1, f"longer than {NAME_CHARACTERS} characters"),
    "a tag": (as_xes, f'<string key="a" value="{"x" * (2 * XES_BYTES_WITHOUT_TAG)}', 2, f"longer than {XES_BYTES_WITHOUT_TAG} bytes"),
    "a comment": (as_xes, f"\n<!--{'x' * (2 * XES_BYTES_WITHOUT_TAG)}", 3, f"longer than {XES_BYTES_WITHOUT_TAG} bytes"),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN_LOGS)
def test_a_log_beyond_a_limit_is_refused_with_its_line(tmp_path: Path, what: str) -> None:
    read_as, content, line, sentence = BROKEN_LOGS[what]
    with pytest.raises(BrokenLog) as broken:
        read_as(tmp_path, content)
    assert sentence in str(broken.value)
    assert broken.value.line == line
    assert f"第{line}行" in chinese(str(broken.value))


LONG = "x" * (ROW_CHARACTERS // 2)
BAD_ROWS = {
    "a row of CSV": (as_csv, f"{HEADER}{LONG},{LONG},1\n{ROW}", f"longer than {ROW_CHARACTERS} characters"),
    "a time": (as_csv, f"{HEADER}C1,a,{'1' * 101}\n{ROW}", f"longer than {TIME_CHARACTERS} characters"),
    "an event": (
        as_xes,
        NAME + EVENT.format(f'<string key="x" value="{LONG}"/><string key="y" value="{LONG}"/>') + EVENT.format(""),
        f"longer than {ROW_CHARACTERS} characters",
    ),
    "attributes": (
        as_xes,
        NAME + EVENT.format('<string key="x" value="1"/>' * COLUMNS) + EVENT.format(""),
        f"more than {COLUMNS} attributes",
    ),
    "a name": (
        as_xes,
        NAME + EVENT.format(f'<string key="{"x" * 1001}" value="1"/>') + EVENT.format(""),
        f"longer than {NAME_CHARACTERS} characters",
    ),
    "a name with its path": (
        as_xes,
        NAME + EVENT.format(f'<list key="{"x" * 999}"><string key="y" value="1"/></list>') + EVENT.format(""),
        f"longer than {NAME_CHARACTERS} characters",
    ),
    "a trace": (
        as_xes,
        f'{NAME}<string key="x" value="{LONG}"/><string key="y" value="{LONG}"/>{EVENT.format("")}'
        f"</trace><trace>{NAME}{EVENT.format('')}",
        f"longer than {ROW_CHARACTERS} characters",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD_ROWS)
def test_a_row_beyond_a_limit_is_refused_and_the_next_is_read(tmp_path: Path, what: str) -> None:
    read_as, content, sentence = BAD_ROWS[what]
    rows = read_as(tmp_path, content)
    bad = refused_row(rows)
    assert (bad.line, bad is rows[0]) == (2, True)
    assert sentence in bad.reason
    assert isinstance(rows[1], LogRow)


def test_a_row_of_a_workbook_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    from openpyxl import Workbook

    workbook, path = Workbook(), tmp_path / "log.xlsx"
    for cells in (HEADER.strip().split(","), ["C1", *["x" * 32_000] * 40], ROW.strip().split(",")):
        workbook.active.append(cells)
    workbook.save(path)
    rows = list(read_xlsx(path, SMALL))
    assert f"longer than {ROW_CHARACTERS} characters" in refused_row(rows).reason
    assert isinstance(rows[1], LogRow)


def test_lines_that_were_read_often_enough_are_refused_with_their_row(tmp_path: Path) -> None:
    """Given marks that each leave a quotation open over all lines to the end, then no line is read more often than stated."""
    opened, rest = 'x","\n' * 1000, ROW.format(n=1)
    rows = as_csv(tmp_path, HEADER + opened + rest * 3)
    bad = [row for row in rows if isinstance(row, BadRow)]
    assert 0 < len(bad) <= READINGS + 1
    assert "lines after it, which cannot be told apart, are refused" in bad[-1].reason
    assert "无法区分" in chinese(bad[-1].reason)


MAPPING_TEXT = (LOGS / "hall.toml").read_text(encoding="utf-8")
TOO_MUCH_TOML = {
    "bytes": ("#" * TOML_BYTES + "\n", 2, f"more than {TOML_BYTES} bytes"),
    "lists": (f"a = {'[' * 3000}", 1, f"more than {TOML_DEEPEST} levels"),
    "tables": (f"\na = {'{a=' * 3000}", 2, f"more than {TOML_DEEPEST} levels"),
    "dotted keys": ("a" + ".a" * 50_000 + " = 1", 1, f"more than {TOML_DEEPEST} levels"),
    "dotted keys with blanks": ("a" + " . a" * 50_000 + " = 1", 1, f"more than {TOML_DEEPEST} levels"),
    "keys in quotation marks": ('""' + '.""' * 50_000 + " = 1", 1, f"more than {TOML_DEEPEST} levels"),
    "a header": (f"\n\n[a{'.b' * 30}]", 3, f"more than {TOML_DEEPEST} levels"),
    "digits": (f"a = {'1' * 4401}", 1, f"longer than {TOML_WORD} characters"),
    "hex digits": (f"a = 0x{'f' * 4401}", 1, f"longer than {TOML_WORD} characters"),
}


@pytest.mark.parametrize("what", TOO_MUCH_TOML)
def test_toml_beyond_a_limit_is_refused_with_its_line(tmp_path: Path, what: str) -> None:
    content, line, sentence = TOO_MUCH_TOML[what]
    path = written(tmp_path, "own.toml", content)
    for read_as, refusal in ((load_mapping, MappingError), (load_calendar, CalendarFileError)):
        with pytest.raises(refusal) as refused:
            read_as(path)  # type: ignore[operator]
        assert f"{path}, line {line}: " in str(refused.value)
        assert sentence in str(refused.value)
        assert f"第{line}行" in chinese(str(refused.value))


def test_what_stands_in_texts_and_comments_of_toml_is_no_level(tmp_path: Path) -> None:
    deep = "[{." * 30
    texts = f"# {deep}\n\"{deep}\" = 1\n'{deep}.' = '''{deep}'''\n"
    path = written(tmp_path, "own.toml", f'{MAPPING_TEXT}\n[notes]\n{texts}\nlong = """{deep}\n\\"""{deep}"""\n')
    with pytest.raises(MappingError, match="notes: is not a key of a mapping"):
        load_mapping(path)


TOO_MUCH_YAML = {
    "bytes": ("#" * (YAML_BYTES + 1), 1, f"more than {YAML_BYTES // 1_000_000} MB"),
    "values": ("[" + "x," * YAML_VALUES + "]", 1, f"more than {YAML_VALUES} values"),
    "lists": ("a:\n " + "[" * 3000, 2, f"more than {YAML_DEEPEST} levels"),
    "mappings": ("{a: " * 3000, 1, f"more than {YAML_DEEPEST} levels"),
    "lists below each other": ("- " * 3000, 1, f"more than {YAML_DEEPEST} levels"),
    "keys that are mappings": ("? " * 3000, 1, "a key must be a single word; write one"),
}


@pytest.mark.parametrize("what", TOO_MUCH_YAML)
def test_yaml_beyond_a_limit_is_refused_with_its_line(tmp_path: Path, what: str) -> None:
    content, line, sentence = TOO_MUCH_YAML[what]
    with pytest.raises(BadFile) as refused:
        read(written(tmp_path, "a.yaml", content))
    assert (refused.value.problems[0][0], len(refused.value.problems)) == (line, 1)
    assert sentence in str(refused.value)


@dataclass(frozen=True)
class NotTaken:
    """YAML that says more than its text, and what is told."""

    content: str
    line: int
    sentence: str


NOT_TAKEN = {
    "an anchor that nothing uses": NotTaken("a:\n  &x 1", 2, "anchors (&x)"),
    "an anchor on a key": NotTaken("&x a: 1", 1, "anchors (&x)"),
    "an alias": NotTaken("a: &x 1\nb: *x", 2, "aliases (*x)"),
    "an unknown tag": NotTaken("a: !secret 1", 1, "tags (!secret)"),
    "a tag of Python": NotTaken("a: !!python/object:os.system [x]", 1, "tags (tag:yaml.org,2002:python/object:os.system)"),
    "a tag of a number": NotTaken("- a\n- !!int 1", 2, "tags (tag:yaml.org,2002:int)"),
    "a tag of another kind": NotTaken("!!str [a]", 1, "tags (tag:yaml.org,2002:str)"),
    "a tag of a key": NotTaken("!x a: 1", 1, "tags (!x)"),
    "two documents": NotTaken("a: 1\n---\nb: 1", 2, "expected a single document"),
    "half a character": NotTaken('a: 1\nb: "\\ud800"', 2, "U+D800 is only half of a character"),
    "a character beyond Unicode": NotTaken('a: "\\U00110000"', 1, "a number in it is too large"),
    "a character far beyond Unicode": NotTaken('a: "\\Uffffffff"', 1, "a number in it is too large"),
    "a version of thousands of digits": NotTaken(f"%YAML {'1' * 5000}.1\n---\na", 1, "a number in it is too large"),
    "a control character": NotTaken("a: 1\nb: \x07", 2, "the character U+0007 is not allowed"),
}  # fmt: skip


@pytest.mark.parametrize("what", NOT_TAKEN)
def test_yaml_that_says_more_than_its_text_is_refused_with_its_line(tmp_path: Path, what: str) -> None:
    case = NOT_TAKEN[what]
    with pytest.raises(BadFile) as refused:
        read(written(tmp_path, "a.yaml", case.content))
    assert case.line in [line for line, _ in refused.value.problems]
    assert case.sentence in str(refused.value)


def test_tags_that_say_nothing_are_taken(tmp_path: Path) -> None:
    assert read(written(tmp_path, "a.yaml", "a: !!str null\nb: !!seq [1]\nc: !!map {}\nd: ~")).value == {
        "a": "null",
        "b": ["1"],
        "c": {},
        "d": None,
    }


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("sqlite:///" + "a" * ADDRESS_CHARACTERS, f"longer than {ADDRESS_CHARACTERS} characters"),
        ("sqlite:///a\x1bb", "control character"),
        ("sqlite:///a.db?timeout=x", "the option 'timeout'"),
        ("sqlite://host/a.db", "its driver does not understand"),
        ("postgresql://u@h/d?colour=red", 'is not understood (invalid connection option "colour")'),
        ("postgresql://u@h:port/d", "is not a database address"),
    ],
)
def test_an_address_that_no_database_has_is_refused(url: str, sentence: str) -> None:
    with pytest.raises(DatabaseError) as refused:
        read_address(url)
    assert sentence in str(refused.value)
    assert chinese(str(refused.value)) != str(refused.value)


@pytest.mark.parametrize(
    "name", ["base64", "zlib", "idna", "punycode", "utf-7", "unicode_escape", "undefined", "nothing"]
)
def test_an_encoding_that_is_not_of_texts_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(MappingError, match="encoding: is not an encoding"):
        load_mapping(written(tmp_path, "own.toml", f'encoding = "{name}"\n{MAPPING_TEXT}'))


@pytest.mark.parametrize("form", ["%Y-%m-%d %d", "%Y%m%d" + " " * 200])
def test_a_form_of_times_that_cannot_be_read_is_refused(tmp_path: Path, form: str) -> None:
    with pytest.raises(MappingError, match="time_format: "):
        load_mapping(written(tmp_path, "own.toml", f'time_format = "{form}"\n{MAPPING_TEXT}'))


def test_utf_16_without_a_mark_of_its_order_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes((HEADER + ROW).encode("utf-16-le"))
    with pytest.raises(BrokenLog, match="is not UTF-16"):
        list(read_csv(path, _in_encoding("utf-16")))


def _in_encoding(name: str) -> Mapping:
    return SMALL.model_copy(update={"encoding": name})
