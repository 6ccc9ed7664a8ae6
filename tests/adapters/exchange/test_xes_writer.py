"""XES that is written is read back equal, by our reader and another library's, or not there."""

import json
import math
import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.disk.target import Target
from adapters.exchange.log_time import canonical
from adapters.exchange.mapping import Mapping, load_mapping
from adapters.exchange.xes_log import read_xes
from adapters.exchange.xes_writer import Value, XesWriter
from domain.record import stamp
from tests.adapters.exchange.conftest import LOGS, good

MAPPING = load_mapping(LOGS / "hall.toml")
NINE = datetime(2024, 2, 1, 9, 0, 0, 123456, tzinfo=timezone(timedelta(hours=8)))
EVENT: dict[str, Value] = {"concept:name": "受理", "time:timestamp": NINE}

xml_text = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff").filter(
        lambda c: c >= " " or c in "\t\n\r"
    )
)


def read_back(log: Path) -> list[dict[str, str]]:
    """What each event says beside the fields of a row."""
    return [row.attributes for row in good(list(read_xes(log, MAPPING)))]


@settings(deadline=None)  # each example writes a file
@given(st.lists(st.dictionaries(xml_text, xml_text, max_size=4), min_size=1, max_size=4))
def test_any_text_is_read_back(said: list[dict[str, str]]) -> None:
    """Given any text in keys and values, then it is read back, but for what says nothing."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "log.xes.gz"
        with XesWriter(Target(path, force=True)) as log:
            log.trace({"concept:name": "办件-1"})
            for attributes in said:
                log.event({**attributes, **EVENT})
        back = read_back(path)

    taken = {*MAPPING.columns.taken, "time:timestamp"}
    expected = [
        {
            key: canonical(value, MAPPING.zone)
            for key, value in attributes.items()
            if key not in taken and value not in ("", "NaT")
        }
        for attributes in said
    ]
    assert [{k: v for k, v in attributes.items() if k != "time:timestamp"} for attributes in back] == expected
    assert log.replaced == 0


@settings(deadline=None)
@given(st.text(st.characters(), min_size=1))
def test_what_xml_cannot_hold_is_replaced_and_counted(text: str) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "log.xes"
        with XesWriter(Target(path, force=True)) as log:
            log.trace({"concept:name": "办件-1"})
            log.event({**EVENT, "note": "." + text})
        (attributes,) = read_back(path)

    note = attributes["note"][1:]
    assert len(note) == len(text)
    changed = [(was, now) for was, now in zip(text, note, strict=True) if was != now]
    assert log.replaced == len(changed)
    assert {now for _, now in changed} <= {"\ufffd"}


def test_control_characters_are_replaced(tmp_path: Path, mapping: Mapping) -> None:
    with XesWriter(Target(tmp_path / "log.xes")) as log:
        log.trace({"concept:name": "办\x00件\x1b-\ud800\uffff"})
        log.event(EVENT)
    (row,) = good(list(read_xes(tmp_path / "log.xes", mapping)))
    assert row.case == "办\ufffd件\ufffd-\ufffd\ufffd"
    assert log.replaced == 4


def sample(path: Path) -> None:
    with XesWriter(Target(path, force=True)) as log:
        log.trace({"concept:name": "办件-1", "due": NINE, "部门": "市场监管局"})
        log.event({**EVENT, "note": '第一行\n第二行\t"引号" & <标签>\'\r'})
        log.event({**EVENT, "n": -(2**63), "ratio": 0.1, "ok": True, "rest": math.inf})
        log.event({"concept:name": "earlier", "time:timestamp": NINE - timedelta(days=1)})
        log.trace({"concept:name": "case-2"})
        log.event(EVENT)


def test_every_type_is_written_as_xes_names_it(tmp_path: Path, mapping: Mapping) -> None:
    sample(tmp_path / "log.xes")
    rows = good(list(read_xes(tmp_path / "log.xes", mapping)))

    assert [(row.case, row.activity) for row in rows] == [
        ("办件-1", "受理"),
        ("办件-1", "受理"),
        ("办件-1", "earlier"),
        ("case-2", "受理"),
    ]
    assert rows[0].occurred_at == NINE
    assert rows[0].case_attributes["due"] == stamp(NINE)
    assert rows[0].attributes == {
        "time:timestamp": "2024-02-01T01:00:00.123456+00:00",
        "note": '第一行\n第二行\t"引号" & <标签>\'\r',
    }
    assert rows[1].attributes == {
        "time:timestamp": "2024-02-01T01:00:00.123456+00:00",
        "n": "-9223372036854775808",
        "ratio": "0.1",
        "ok": "true",
        "rest": "INF",
    }


@pytest.mark.parametrize("name", ["log.xes", "log.xes.gz"])
def test_another_library_reads_the_same(tmp_path: Path, name: str) -> None:
    r4pm = pytest.importorskip("r4pm")
    sample(tmp_path / name)

    r4pm.export_item(r4pm.import_item("EventLog", str(tmp_path / name)), str(tmp_path / "r.json"))
    read = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))

    def said(part: dict[str, Any]) -> dict[str, object]:
        return {a["key"]: (a["value"]["type"], a["value"]["content"]) for a in part["attributes"]}

    at = ("Date", "2024-02-01T01:00:00.123456Z")
    first, second = read["traces"]
    assert said(first) == {
        "concept:name": ("String", "办件-1"),
        "due": at,
        "部门": ("String", "市场监管局"),
    }
    assert [said(event) for event in first["events"]] == [
        {
            "concept:name": ("String", "受理"),
            "time:timestamp": at,
            "note": ("String", '第一行\n第二行\t"引号" & <标签>\'\r'),
        },
        {
            "concept:name": ("String", "受理"),
            "time:timestamp": at,
            "n": ("Int", -(2**63)),
            "ratio": ("Float", 0.1),
            "ok": ("Boolean", True),
            "rest": ("Float", None),  # JSON has no infinity
        },
        {
            "concept:name": ("String", "earlier"),
            "time:timestamp": ("Date", "2024-01-31T01:00:00.123456Z"),
        },
    ]
    assert said(second) == {"concept:name": ("String", "case-2")}
    assert [extension["prefix"] for extension in read["extensions"]] == [
        "concept",
        "lifecycle",
        "org",
        "time",
    ]


def test_a_log_without_cases_is_a_log(tmp_path: Path, mapping: Mapping) -> None:
    with XesWriter(Target(tmp_path / "log.xes")):
        pass
    assert list(read_xes(tmp_path / "log.xes", mapping)) == []


@pytest.mark.parametrize("name", ["log.xes", "log.xes.gz"])
def test_nothing_is_left_when_writing_fails(tmp_path: Path, name: str) -> None:
    """Given a log that stands, when writing it anew fails, then it stands and nothing else does."""
    path = tmp_path / name
    sample(path)
    stood = path.read_bytes()

    with pytest.raises(RuntimeError, match="the power failed"), XesWriter(Target(path, force=True)) as log:
        log.trace({"concept:name": "办件-1"})
        log.event(EVENT)
        raise RuntimeError("the power failed")

    assert path.read_bytes() == stood
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["log.xes", "log.xes.gz"])
def test_equal_content_gives_equal_bytes(tmp_path: Path, name: str) -> None:
    path, again = tmp_path / name, tmp_path / f"again-{name}"
    sample(path)
    sample(again)
    assert path.read_bytes() == again.read_bytes()


@pytest.mark.parametrize(
    ("value", "error", "reason"),
    [
        (datetime(2024, 2, 1), ValueError, "x: the time 2024-02-01T00:00:00 has no offset"),
        (2**63, ValueError, "x: 9223372036854775808 has more than 64 bits; write it as text"),
        (None, TypeError, "x: XES has no type for NoneType; write it as text"),
    ],
)
def test_a_value_that_xes_cannot_hold_is_refused(
    tmp_path: Path, value: Any, error: type[Exception], reason: str
) -> None:
    with pytest.raises(error, match=reason), XesWriter(Target(tmp_path / "log.xes")) as log:
        log.trace({"x": value})
    assert list(tmp_path.iterdir()) == []


def test_a_value_is_written_as_xml_schema_has_it(tmp_path: Path) -> None:
    values = {
        "yes": True,
        "no": False,
        "one": 1.0,
        "half": 0.5,
        "endless": math.inf,
        "downwards": -math.inf,
        "none": math.nan,
    }
    with XesWriter(Target(tmp_path / "log.xes")) as log:
        log.trace(values)
    written = re.findall(r'<(\w+) key="(\w+)" value="([^"]*)"/>', (tmp_path / "log.xes").read_text(encoding="utf-8"))
    assert written == [
        ("boolean", "yes", "true"),
        ("boolean", "no", "false"),
        ("float", "one", "1.0"),
        ("float", "half", "0.5"),
        ("float", "endless", "INF"),
        ("float", "downwards", "-INF"),
        ("float", "none", "NaN"),
    ]


def test_an_event_without_a_trace_is_refused(tmp_path: Path) -> None:
    with (
        pytest.raises(ValueError, match="begin one first"),
        XesWriter(Target(tmp_path / "log.xes")) as log,
    ):
        log.event(EVENT)


def test_a_number_that_is_none_is_absent_when_read(tmp_path: Path) -> None:
    with XesWriter(Target(tmp_path / "log.xes")) as log:
        log.trace({"concept:name": "办件-1"})
        log.event({**EVENT, "ratio": math.nan, "at": datetime(2024, 2, 1, tzinfo=UTC)})
    (attributes,) = read_back(tmp_path / "log.xes")
    assert attributes.keys() == {"time:timestamp", "at"}
