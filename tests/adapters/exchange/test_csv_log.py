"""Logs as CSV: what is read, what is refused, what stops."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.exchange import log_file
from adapters.exchange.csv_log import read_csv
from adapters.exchange.log_row import TEXT_KEPT, BadRow, BrokenLog, LogRow
from adapters.exchange.mapping import CsvForm, Mapping
from adapters.reading.limits import ROW_CHARACTERS
from tests.adapters.exchange.conftest import LOGS, bad, good, peak_bytes, until_broken

FIRST_CASE = {
    "concept:name": "办件-1",
    "部门": "市场监管局",
    "channel": "窗口",
    "due": "2024-03-01T09:00:00.000000Z",
}
SECOND_CASE = {"concept:name": "case-2", "部门": "Housing", "remark": "first visit"}

HEADER = (
    "case:concept:name,case:部门,case:channel,concept:name,time:timestamp,"
    "org:resource,org:group,lifecycle:transition,concept:instance\n"
)
ROW = "办件-{n},住建局,网上,受理,2024-02-01T09:00:00+08:00,工号07,前台,complete,{n}\n"


def log_of(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "log.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_every_event_comes_in_the_order_of_the_file(mapping: Mapping) -> None:
    """Given ties and steps backward in time, then the file's order stands and nothing is lost."""
    rows = good(list(read_csv(LOGS / "hall.csv", mapping)))

    assert [row.activity for row in rows] == ["受理", "审查", "Decided", "补正", "Received"]
    assert [row.line for row in rows] == [2, 4, 5, 6, 7]
    assert rows[1].occurred_at == rows[2].occurred_at
    assert rows[3].occurred_at > rows[2].occurred_at
    assert rows[0] == LogRow(
        line=2,
        case="办件-1",
        activity="受理",
        occurred_at=datetime(2024, 2, 1, 1, 0, tzinfo=UTC),
        department="市场监管局",
        resource="工号07",
        channel="窗口",
        group="前台",
        lifecycle="complete",
        instance="1",
        attributes={
            "time:timestamp": "2024-02-01T09:00:00+08:00",
            "checked": "2024-02-01T01:05:00.500000Z",
            "note": "材料齐全,\n其中一份为复印件",
        },
        case_attributes=FIRST_CASE,
    )
    assert rows[4] == LogRow(
        line=7,
        case="case-2",
        activity="Received",
        occurred_at=datetime(2024, 7, 1, 8, 0, tzinfo=UTC),
        department="Housing",
        resource="clerk 3",
        lifecycle="start",
        attributes={"time:timestamp": "2024-07-01T10:00:00+02:00"},
        case_attributes=SECOND_CASE,
    )


def test_the_same_log_as_gzip_and_with_a_byte_order_mark(tmp_path: Path, mapping: Mapping) -> None:
    plain = (LOGS / "hall.csv").read_bytes()
    zipped = tmp_path / "hall.csv.gz"
    zipped.write_bytes(gzip.compress(plain))
    marked = log_of(tmp_path, b"\xef\xbb\xbf" + plain)

    expected = list(read_csv(LOGS / "hall.csv", mapping))

    assert list(read_csv(zipped, mapping)) == expected
    assert list(read_csv(marked, mapping)) == expected


def test_another_delimiter(tmp_path: Path, mapping: Mapping) -> None:
    path = log_of(tmp_path, (HEADER + ROW.format(n=1)).replace(",", "\t"))
    tabbed = mapping.model_copy(update={"csv": CsvForm(delimiter="\t")})
    assert [row.case for row in good(list(read_csv(path, tabbed)))] == ["办件-1"]


def test_columns_that_the_mapping_does_not_name_are_attributes(tmp_path: Path, mapping: Mapping) -> None:
    few = mapping.columns.model_copy(update={"group": None, "channel": None})
    path = log_of(tmp_path, HEADER + ROW.format(n=1))

    (row,) = good(list(read_csv(path, mapping.model_copy(update={"columns": few}))))

    assert (row.group, row.channel) == (None, None)
    assert row.attributes["org:group"] == "前台"
    assert row.case_attributes["channel"] == "网上"


def test_line_ends_of_windows_and_blank_lines_are_no_matter(tmp_path: Path, mapping: Mapping) -> None:
    text = "\n" + HEADER + "\n" + ROW.format(n=1) + "\n\n" + ROW.format(n=2).rstrip()
    rows = good(list(read_csv(log_of(tmp_path, text.replace("\n", "\r\n")), mapping)))
    assert [(row.line, row.case) for row in rows] == [(4, "办件-1"), (7, "办件-2")]


def test_a_log_with_a_header_alone_has_no_rows(tmp_path: Path, mapping: Mapping) -> None:
    assert list(read_csv(log_of(tmp_path, HEADER), mapping)) == []


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ("a,b,c,,2024-02-01T09:00:00Z,,,,", "activity: concept:name is empty"),
        ("  ,b,c,受理,2024-02-01T09:00:00Z,,,,", "case: case:concept:name is empty"),
        ("a,b,c,受理,,,,,", "time: time:timestamp is empty"),
        ("a,b,c,受理,2024-02-30T09:00:00Z,,,,", "'2024-02-30T09:00:00Z' names a time that does"),
        ("a,b,c,受理,yesterday,,,,", "'yesterday' is not an ISO 8601 date and time"),
        ("a,b,c,受理", "the row has 4 fields, the header has 9"),
        ("a,b,c,受理,2024-02-01T09:00:00Z,,,,,,", "the row has 11 fields, the header has 9"),
        ('a,b,"c"c,受理,2024-02-01T09:00:00Z,,,,', "check its delimiters and quotation marks"),
        ("a,b,c\0,受理,2024-02-01T09:00:00Z,,,,", "the character NUL"),
    ],
)
def test_a_bad_row_says_why_and_stops_nothing(tmp_path: Path, mapping: Mapping, cells: str, reason: str) -> None:
    path = log_of(tmp_path, HEADER + ROW.format(n=1) + cells + "\n" + ROW.format(n=2))

    first, refused, last = read_csv(path, mapping)

    assert isinstance(first, LogRow)
    assert isinstance(last, LogRow)
    assert isinstance(refused, BadRow)
    assert (refused.line, refused.text) == (3, cells)
    assert reason in refused.reason
    assert last.line == 4


def test_a_time_without_offset_is_a_bad_row_where_the_mapping_has_no_zone(tmp_path: Path, mapping: Mapping) -> None:
    path = log_of(tmp_path, HEADER + ROW.format(n=1).replace("+08:00", ""))
    nowhere = mapping.model_copy(update={"time_zone": None})

    (row,) = good(list(read_csv(path, mapping)))
    (refused,) = bad(list(read_csv(path, nowhere)))

    assert row.occurred_at == datetime(2024, 2, 1, 1, 0, tzinfo=UTC)
    assert "has no offset; set time_zone in the mapping" in refused.reason


def test_a_quotation_mark_left_open_costs_one_line(tmp_path: Path, mapping: Mapping) -> None:
    """Given a row whose quotation mark is never closed, then the rows after it are read."""
    opened = ROW.format(n=1).replace("住建局", '"住建局')
    rest = "".join(ROW.format(n=n) for n in range(2, 50))
    quoted = ROW.format(n=50).replace("住建局", '"住建\n局"')

    rows = list(read_csv(log_of(tmp_path, HEADER + opened + rest + quoted), mapping))

    assert [refused.line for refused in bad(rows)] == [2]
    kept = [row for row in rows if isinstance(row, LogRow)]
    assert [row.line for row in kept] == list(range(3, 52))
    assert kept[-1].department == "住建\n局"


def test_a_row_of_endless_length_is_refused_and_cut(tmp_path: Path, mapping: Mapping) -> None:
    endless = ROW.format(n="9" * ROW_CHARACTERS)
    rows = list(read_csv(log_of(tmp_path, HEADER + endless + ROW.format(n=2)), mapping))

    (refused,) = bad(rows)
    assert len(refused.text) == TEXT_KEPT
    assert "longer than" in refused.reason
    assert isinstance(rows[1], LogRow)


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (b"", 1, "the file is empty; the first row must name the columns"),
        (b"\n\n", 1, "the file is empty"),
        (HEADER.replace("org:group", "group"), 1, "there is no column org:group, .*columns.group;"),
        (HEADER.replace("org:group", "group"), 1, "the columns there are: case:concept:name, case"),
        (HEADER.replace(",", ";"), 1, "correct the mapping or its delimiter"),
        (ROW.format(n=1), 1, "give the log a header"),
        (HEADER.replace("\n", ",org:group\n"), 1, "the column org:group appears twice"),
        (HEADER.replace("org:group", '"org"x'), 1, "the header is not valid CSV"),
        (HEADER.encode("utf-16") + b"\x00\xd8\n\x00", 1, "the line or one after it is not UTF-16"),
        (HEADER.encode() + "办件".encode("gb18030"), 2, "byte 1 of the line is not UTF-8; it fits GB18030"),
        (
            HEADER.encode() + "Café,".encode("latin-1"),
            2,
            "byte 4 of the line is not UTF-8; save the log as UTF-8, or",
        ),
    ],
)
def test_a_broken_file_says_so(tmp_path: Path, mapping: Mapping, text: str | bytes, line: int, reason: str) -> None:
    path = log_of(tmp_path, text)
    with pytest.raises(BrokenLog, match=reason) as broken:
        list(read_csv(path, mapping))
    assert (broken.value.file, broken.value.line) == (path, line)
    assert str(broken.value).startswith(f"{path}, line {line}: ")


def test_a_file_that_is_not_there(tmp_path: Path, mapping: Mapping) -> None:
    with pytest.raises(BrokenLog, match=r"cannot be read \(No such file or directory\)"):
        list(read_csv(tmp_path / "nothing.csv", mapping))


def test_the_rows_before_a_break_are_read(tmp_path: Path, mapping: Mapping) -> None:
    """Given a gzip that ends in the middle, then the whole rows before its end come first."""
    whole = HEADER + "".join(ROW.format(n=n) for n in range(5000))
    zipped = gzip.compress(whole.encode())
    path = tmp_path / "cut.csv.gz"
    path.write_bytes(zipped[: len(zipped) // 2])

    before, broken = until_broken(read_csv(path, mapping))

    assert [row.instance for row in good(before)] == [str(n) for n in range(len(before))]
    assert 0 < len(before) < 5000
    assert "the gzip data ends in the middle" in broken.reason
    assert broken.line == len(before) + 2


def test_damaged_gzip(tmp_path: Path, mapping: Mapping) -> None:
    path = tmp_path / "log.csv.gz"
    path.write_bytes(gzip.compress(HEADER.encode())[:10] + b"\xff" * 20)
    with pytest.raises(BrokenLog, match="the gzip data is damaged"):
        list(read_csv(path, mapping))


def test_a_line_without_end_is_no_log(tmp_path: Path, mapping: Mapping, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_file, "LINE_BYTES", 1000)
    path = log_of(tmp_path, HEADER + ROW.format(n=1) + "x" * 1001)

    before, broken = until_broken(read_csv(path, mapping))

    assert len(good(before)) == 1
    assert broken.line == 3
    assert "a line is longer than 1000 bytes" in broken.reason


def test_memory_does_not_grow_with_the_file(tmp_path: Path, mapping: Mapping) -> None:
    short, long = tmp_path / "short.csv", tmp_path / "long.csv"
    short.write_text(HEADER + ROW.format(n=1) * 500, encoding="utf-8")
    long.write_text(HEADER + ROW.format(n=1) * 10_000, encoding="utf-8")
    peak_bytes(read_csv, short, mapping)  # fills the caches that the first reading makes
    assert peak_bytes(read_csv, long, mapping) < peak_bytes(read_csv, short, mapping) + 100_000
