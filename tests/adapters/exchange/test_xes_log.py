"""Logs as XES: the same rows as from CSV, what is refused, what stops."""

import gzip
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.exchange.csv_log import read_csv
from adapters.exchange.log_row import BadRow, BrokenLog, LogRow
from adapters.exchange.mapping import Mapping
from adapters.exchange.xes_log import read_xes
from tests.adapters.exchange.conftest import LOGS, bad, good, peak_bytes, until_broken

EVENT = (
    '<event><string key="concept:name" value="受理"/>'
    '<date key="time:timestamp" value="2024-02-01T09:00:00+08:00"/></event>\n'
)
NAME = '<string key="concept:name" value="办件-1"/>'


def log_of(tmp_path: Path, inside: str) -> Path:
    """A log of the text, which begins on line 2."""
    path = tmp_path / "log.xes"
    path.write_text(f"<log>\n{inside}</log>\n", encoding="utf-8")
    return path


def without_source(row: LogRow, mapping: Mapping) -> LogRow:
    """The row without what differs between formats: its line, and its time as it was written."""
    attributes = {k: v for k, v in row.attributes.items() if k != mapping.columns.time}
    return replace(row, line=0, attributes=attributes)


def test_a_log_gives_the_same_rows_as_csv_and_as_xes(mapping: Mapping) -> None:
    """Given namespaces, globals and empty values, then the rows are those of the CSV."""
    xes = good(list(read_xes(LOGS / "hall.xes", mapping)))
    csv = good(list(read_csv(LOGS / "hall.csv", mapping)))

    assert [without_source(row, mapping) for row in xes] == [without_source(row, mapping) for row in csv]
    assert [row.line for row in xes] == [19, 29, 37, 45, 58]
    assert xes[0].attributes["time:timestamp"] == "2024-02-01T01:00:00Z"


def test_nested_attributes_lists_and_containers_keep_their_paths(tmp_path: Path, mapping: Mapping) -> None:
    inside = f"""<trace>{NAME}
    <list key="tags"><values>
    <string key="tag" value="a"/><string key="tag" value="b"/>
    </values></list>
    <event><string key="concept:name" value="受理"/>
    <date key="time:timestamp" value="2024-02-01T09:00:00+08:00"/>
    <string key="a" value="1"><int key="b" value="2"><string key="c" value="3"/></int></string>
    <container key="k"><string key="x" value="4"/></container>
    <string key="a" value="5"/><string key="a.2" value="6"/><boolean key="ok" value="true"/>
    </event></trace>"""

    (row,) = good(list(read_xes(log_of(tmp_path, inside), mapping)))

    assert row.case_attributes == {"concept:name": "办件-1", "tags.tag": "a", "tags.tag.2": "b"}
    assert row.attributes == {
        "time:timestamp": "2024-02-01T09:00:00+08:00",
        "a": "1",
        "a.b": "2",
        "a.b.c": "3",
        "k.x": "4",
        "a.2": "5",
        "a.2.2": "6",
        "ok": "true",
    }


def test_no_value_is_lost_where_several_names_are_taken(tmp_path: Path, mapping: Mapping) -> None:
    inside = f"""<trace>{NAME}<event><string key="concept:name" value="受理"/>
    <date key="time:timestamp" value="2024-02-01T09:00:00+08:00"/>
    <string key="a.2" value="1"/><string key="a.3" value="2"/><string key="a" value="3"/><string key="a" value="4"/>
    </event></trace>"""

    (row,) = good(list(read_xes(log_of(tmp_path, inside), mapping)))

    assert {key: value for key, value in row.attributes.items() if key[0] == "a"} == {
        "a.2": "1",
        "a.3": "2",
        "a": "3",
        "a.4": "4",
    }


@pytest.mark.parametrize(
    ("inside", "reason", "text"),
    [
        (f"<trace>{EVENT}</trace>", "case: case:concept:name is empty", "concept:name=受理"),
        (EVENT, "case: case:concept:name is empty", "concept:name=受理"),
        (
            f'<trace>{NAME}<event><string key="concept:name" value="受理"/></event></trace>',
            "time: time:timestamp is empty",
            "concept:name=办件-1; concept:name=受理",
        ),
        (
            f'<trace>{NAME}<event><date key="time:timestamp" value="2024-02-01T09:00:00Z"/></event></trace>',
            "activity: concept:name is empty",
            "concept:name=办件-1; time:timestamp=2024-02-01T09:00:00Z",
        ),
        (
            f"<trace>{NAME}{EVENT.replace('09:00:00+08:00', '29:00:00Z')}</trace>",
            "names a time that does not exist",
            "29:00:00Z",
        ),
        (f"<trace>{NAME}</trace>", "the trace has no event", "concept:name=办件-1"),
    ],
)
def test_a_bad_row_says_why_and_stops_nothing(
    tmp_path: Path, mapping: Mapping, inside: str, reason: str, text: str
) -> None:
    after = f"\n<trace>{NAME}{EVENT}</trace>"

    refused, row = read_xes(log_of(tmp_path, inside + after), mapping)

    assert isinstance(refused, BadRow)
    assert refused.line == 2
    assert reason in refused.reason
    assert text in refused.text
    assert isinstance(row, LogRow)


def test_a_bad_event_that_stands_outside_every_trace_is_told_alone(tmp_path: Path, mapping: Mapping) -> None:
    (refused,) = read_xes(log_of(tmp_path, EVENT), mapping)

    assert isinstance(refused, BadRow)
    assert refused.text == "concept:name=受理, time:timestamp=2024-02-01T09:00:00+08:00"


def test_an_attribute_is_one_though_its_element_is_called_as_a_trace_or_an_event_is(
    tmp_path: Path, mapping: Mapping
) -> None:
    """Within an event neither opens anew: it stays the one event of the one trace."""
    odd = EVENT.replace("</event>", '<event key="e" value="1"/><trace key="t" value="2"/></event>')
    rows = good(list(read_xes(log_of(tmp_path, f'<trace>{NAME}<trace key="kind" value="3"/>{odd}</trace>'), mapping)))

    assert [row.case_attributes for row in rows] == [{"concept:name": "办件-1", "kind": "3"}]
    assert {"e": "1", "t": "2"}.items() <= rows[0].attributes.items()


def test_an_attribute_of_the_trace_after_an_event_is_refused(tmp_path: Path, mapping: Mapping) -> None:
    late = '<string key="late" value="1"/>\n'
    rows = list(read_xes(log_of(tmp_path, f"<trace>{NAME}{EVENT}{late}{EVENT}</trace>"), mapping))

    assert [(refused.line, refused.text) for refused in bad(rows)] == [(3, "late=1")]
    kept = [row for row in rows if isinstance(row, LogRow)]
    assert [row.case_attributes for row in kept] == [{"concept:name": "办件-1"}] * 2


def test_the_line_of_an_event_is_right_however_long_the_file(tmp_path: Path, mapping: Mapping) -> None:
    path = log_of(tmp_path, f"<trace>{NAME}\n" + "\n" * 70_000 + EVENT + "</trace>")
    (row,) = good(list(read_xes(path, mapping)))
    assert row.line == 70_003


BILLION_LAUGHS = """<!DOCTYPE log [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<log><trace><string key="concept:name" value="&b;"/></trace></log>"""
EXTERNAL = '<!DOCTYPE log SYSTEM "file:///etc/hostname"><log>&x;</log>'


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        (b"", 1, "the file ends before the log does"),
        (b"case,activity\n1,2\n", 1, r"not well-formed XML \(syntax error\)"),
        (b"<log>\n<trace>\n</log>", 3, r"not well-formed XML \(mismatched tag\)"),
        (b"<html></html>", 1, "this is an HTML page, not an event log"),
        (b"<?xml version='1.0'?><feed></feed>", 1, "the document is a <feed>, not a <log>"),
        (b"<log>\n<trace>\n", 3, "the file ends before the log does"),
        (BILLION_LAUGHS.encode(), 1, "entities are refused"),
        (EXTERNAL.encode(), 1, "entities are refused"),
        (b"<log>\n&unknown;</log>", 2, "undefined entity"),
        (b"<log>\n<string key='\xff\xfe'/></log>", 2, "not well-formed XML"),
        (b'<?xml version="1.0" encoding="GB18030"?><log/>', 1, "save it as UTF-8"),
        (b'<?xml version="1.0" encoding="klingon"?><log/>', 1, "save it as UTF-8"),
        (b"<log>" + b"<list>" * 100, 1, "nested deeper than 100"),
    ],
)
def test_a_broken_file_says_so(tmp_path: Path, mapping: Mapping, content: bytes, line: int, reason: str) -> None:
    path = tmp_path / "log.xes"
    path.write_bytes(content)
    with pytest.raises(BrokenLog, match=reason) as broken:
        list(read_xes(path, mapping))
    assert (broken.value.file, broken.value.line) == (path, line)


@pytest.mark.parametrize("suffix", [".xes", ".xes.gz"])
def test_the_events_before_a_break_are_read(tmp_path: Path, mapping: Mapping, suffix: str) -> None:
    """Given a file that ends in the middle, then the events before its end come first."""
    whole = f"<log>\n<trace>{NAME}\n" + EVENT * 5000 + "</trace>\n</log>"
    content = gzip.compress(whole.encode()) if suffix.endswith("gz") else whole.encode()
    path = tmp_path / f"cut{suffix}"
    path.write_bytes(content[: len(content) // 2])

    before, broken = until_broken(read_xes(path, mapping))

    assert [row.line for row in good(before)] == list(range(3, len(before) + 3))
    assert 0 < len(before) < 5000
    assert "ends" in broken.reason
    assert broken.line >= len(before) + 2


def test_other_encodings_that_the_document_declares(tmp_path: Path, mapping: Mapping) -> None:
    document = (LOGS / "hall.xes").read_text(encoding="utf-8").replace("UTF-8", "UTF-16")
    path = tmp_path / "hall.xes"
    path.write_bytes(document.encode("utf-16"))
    assert list(read_xes(path, mapping)) == list(read_xes(LOGS / "hall.xes", mapping))


def test_memory_does_not_grow_with_the_trace(tmp_path: Path, mapping: Mapping) -> None:
    short, long = tmp_path / "short.xes", tmp_path / "long.xes"
    short.write_text(f"<log><trace>{NAME}{EVENT * 1000}</trace></log>", encoding="utf-8")
    long.write_text(f"<log><trace>{NAME}{EVENT * 10_000}</trace></log>", encoding="utf-8")
    peak_bytes(read_xes, short, mapping)  # fills the caches that the first reading makes
    assert peak_bytes(read_xes, long, mapping) < peak_bytes(read_xes, short, mapping) + 100_000
