"""Logs as people have them: other encodings and times, packed, as workbooks; what is no log is named as what it is."""

import gzip
import io
import sqlite3
import sys
import tarfile
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pyarrow
import pytest
from pyarrow import parquet

from adapters.exchange.log_row import BadRow, BrokenLog, LogRow
from adapters.exchange.mapping import Mapping, MappingError, load_mapping
from adapters.exchange.reading import rows_of
from tests.adapters.exchange.conftest import LOGS, good
from tests.adapters.exchange.test_changed_logs import MAPPING

TEXT = "case,activity,time,who,lifecycle,note\n办件-1,收件,2020-01-06T10:00:00,欧阳小明,complete,看不清\n"
AT = datetime(2020, 1, 6, 2, 0, tzinfo=UTC)


def mapped(folder: Path, *lines: str) -> Mapping:
    """A mapping with more keys at its head."""
    (folder / "made.toml").write_text("\n".join(lines) + MAPPING, encoding="utf-8")
    return load_mapping(folder / "made.toml")


def rows(folder: Path, content: bytes, name: str = "log.csv", *lines: str) -> list[LogRow | BadRow]:
    """What is read of a file with this content and name."""
    (folder / name).write_bytes(content)
    return list(rows_of(folder / name, mapped(folder, *lines)))


def row(folder: Path, content: bytes, name: str = "log.csv", *lines: str) -> LogRow:
    """The one row of it."""
    (only,) = good(rows(folder, content, name, *lines))
    return only


@pytest.mark.parametrize("encoding", ["gb18030", "gbk", "big5", "utf-16", "utf-16-le", "utf-8-sig", "utf-8"])
def test_the_mapping_names_the_encoding(tmp_path: Path, encoding: str) -> None:
    text = TEXT if encoding != "big5" else TEXT.replace("办件", "辦件").replace("欧阳", "歐陽")
    read = row(tmp_path, text.encode(encoding), "log.csv", f'encoding = "{encoding}"')
    assert (read.activity, read.occurred_at) == ("收件", AT)
    assert read.resource in ("欧阳小明", "歐陽小明")


def test_a_file_in_utf_16_says_so_by_itself(tmp_path: Path) -> None:
    assert row(tmp_path, TEXT.encode("utf-16")).resource == "欧阳小明"


def test_a_file_in_gb18030_is_told_what_to_write_into_the_mapping(tmp_path: Path) -> None:
    with pytest.raises(BrokenLog, match=r'line 2: .* fits GB18030 .*: write encoding = "gb18030" into the mapping'):
        rows(tmp_path, TEXT.encode("gb18030"))


def test_a_file_that_is_not_in_the_encoding_named_says_so(tmp_path: Path) -> None:
    with pytest.raises(BrokenLog, match=r"line 2: .*correct the encoding in the mapping, which says ascii"):
        rows(tmp_path, TEXT.encode(), "log.csv", 'encoding = "ascii"')
    with pytest.raises(MappingError, match="is not an encoding; use a name like gb18030"):
        mapped(tmp_path, 'encoding = "klingon"')


def test_an_xes_log_in_the_encoding_that_the_mapping_names(tmp_path: Path) -> None:
    plain = (LOGS / "hall.xes").read_text(encoding="utf-8")
    (tmp_path / "hall.xes").write_bytes(plain.replace("UTF-8", "GB18030").encode("gb18030"))
    mapping = load_mapping(LOGS / "hall.toml")
    named = mapping.model_copy(update={"encoding": "gb18030"})
    assert list(rows_of(tmp_path / "hall.xes", named)) == list(rows_of(LOGS / "hall.xes", mapping))


@pytest.mark.parametrize(
    ("form", "written", "at"),
    [
        ("dd/mm/yyyy HH:MM", "06/01/2020 10:00", AT),
        ("dd.mm.yy HH:MM:SS", "06.01.20 10:00:00", AT),
        ("%d/%m/%Y %H:%M:%S", "06/01/2020 10:00:00", AT),
        ("%Y年%m月%d日 %H:%M", "2020年01月06日 10:00", AT),
        ("%Y-%m-%d %H:%M %z", "2020-01-06 10:00 +0800", AT),
        ("epoch seconds", "1578276000", AT),
        ("epoch milliseconds", "1578276000000", AT),
        ("date", "2020-01-06", datetime(2020, 1, 5, 16, 0, tzinfo=UTC)),
        ("dd/mm/yyyy", "06/01/2020", datetime(2020, 1, 5, 16, 0, tzinfo=UTC)),
        ("dd/mm/yyyy", "2020-01-06T10:00:00+08:00", AT),
    ],
)
def test_the_mapping_says_how_times_are_written(tmp_path: Path, form: str, written: str, at: datetime) -> None:
    content = TEXT.replace("2020-01-06T10:00:00", written).encode()
    assert row(tmp_path, content, "log.csv", f'time_format = "{form}"').occurred_at == at


def test_a_time_that_is_written_otherwise_is_refused_with_its_reason(tmp_path: Path) -> None:
    (refused,) = rows(
        tmp_path, TEXT.replace("2020-01-06T10:00:00", "13/13/2020").encode(), "a.csv", 'time_format = "date"'
    )
    assert isinstance(refused, BadRow)
    assert "is not written as time_format says (date)" in refused.reason
    (refused,) = rows(tmp_path, TEXT.replace("T10:00:00", "").encode())
    assert isinstance(refused, BadRow)
    assert "or set time_format in the mapping" in refused.reason


@pytest.mark.parametrize("form", ["hours", "dd/mm", "%H:%M", "", "epoch years", "%Y-%m-%d %Q"])
def test_a_form_that_names_no_moment_is_refused_with_the_mapping(tmp_path: Path, form: str) -> None:
    with pytest.raises(MappingError, match="time_format"):
        mapped(tmp_path, f'time_format = "{form}"')


def zipped(**files: bytes) -> bytes:
    """A zip; a double underscore in a name is a dot."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "."), content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("log.csv", gzip.compress),
        ("LOG.CSV.GZ", gzip.compress),
        ("log.csv.gz", bytes),
        ("LOG.CSV", bytes),
        ("log", bytes),
        ("log.zip", lambda content: zipped(log__csv=content, readme__md=b"#")),
        ("LOG.ZIP", lambda content: zipped(LOG__CSV=content)),
        ("log.csv", lambda content: zipped(log__csv__gz=gzip.compress(content))),
    ],
)
def test_a_log_is_unpacked_by_what_it_is_not_by_its_name(
    tmp_path: Path, name: str, pack: Callable[[bytes], bytes]
) -> None:
    assert row(tmp_path, pack(TEXT.encode()), name).case == "办件-1"


@pytest.mark.parametrize("name", ["HALL.XES", "hall.XES.gz", "hall", "hall.csv", "hall.zip"])
def test_an_xes_log_under_any_name(tmp_path: Path, name: str) -> None:
    plain, mapping = (LOGS / "hall.xes").read_bytes(), load_mapping(LOGS / "hall.toml")
    content = (
        gzip.compress(plain) if name.endswith("gz") else zipped(hall__xes=plain) if name.endswith("zip") else plain
    )
    (tmp_path / name).write_bytes(content)
    assert list(rows_of(tmp_path / name, mapping)) == list(rows_of(LOGS / "hall.xes", mapping))


def test_a_zip_holds_exactly_one_log(tmp_path: Path) -> None:
    with pytest.raises(BrokenLog, match=r"exactly one log; this one holds a\.csv, b\.csv; unpack it"):
        rows(tmp_path, zipped(a__csv=b"", b__csv=b""), "log.zip")
    with pytest.raises(BrokenLog, match=r"exactly one log; this one holds readme\.md; unpack it"):
        rows(tmp_path, zipped(readme__md=b""), "log.zip")
    with pytest.raises(BrokenLog, match="the zip is damaged"):
        rows(tmp_path, zipped(a__csv=TEXT.encode())[:40], "log.zip")


def workbook(time: object) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    sheet.append(["case", "activity", "time", "who", "lifecycle", "note"])
    sheet.append(["办件-1", "收件", time, "欧阳小明", None, 12])
    sheet.append([None] * 6)
    sheet.append([2, "收件", time, None, "complete"])
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("time", [datetime(2020, 1, 6, 10, 0), "2020-01-06T10:00:00"])
def test_a_workbook(tmp_path: Path, time: object) -> None:
    first, second = good(rows(tmp_path, workbook(time), "LOG.XLSX"))
    assert (first.line, first.case, first.activity, first.occurred_at) == (2, "办件-1", "收件", AT)
    assert (first.resource, first.lifecycle, first.attributes["note"]) == ("欧阳小明", None, "12")
    assert (second.line, second.case, second.resource) == (4, "2", None)


def test_a_workbook_that_is_wrong_says_so(tmp_path: Path) -> None:
    mapping = mapped(tmp_path)
    columns = mapping.columns.model_copy(update={"resource": "whoever"})
    (tmp_path / "other.xlsx").write_bytes(workbook("x"))
    with pytest.raises(BrokenLog, match="there is no column whoever"):
        list(rows_of(tmp_path / "other.xlsx", mapping.model_copy(update={"columns": columns})))
    with pytest.raises(BrokenLog, match="the workbook cannot be read"):
        rows(tmp_path, zipped(**{"xl/workbook__xml": b"<"}), "log.xlsx")
    (refused, _) = rows(tmp_path, workbook("soon"), "log.xlsx")
    assert isinstance(refused, BadRow)
    assert (refused.line, "is not an ISO 8601" in refused.reason) == (2, True)


def test_a_parquet_file(tmp_path: Path) -> None:
    when = {
        "utc": pyarrow.array([AT], pyarrow.timestamp("ns", "UTC")),
        "local": pyarrow.array([datetime(2020, 1, 6, 10, 0)], pyarrow.timestamp("us")),
        "text": pyarrow.array(["2020-01-06T10:00:00"]),
    }
    for name, times in when.items():
        columns = {"case": ["办件-1"], "activity": ["收件"], "time": times, "who": ["欧阳小明"], "lifecycle": [None]}
        parquet.write_table(pyarrow.table(columns), tmp_path / f"{name}.log")
        (read,) = good(list(rows_of(tmp_path / f"{name}.log", mapped(tmp_path))))
        assert (read.case, read.occurred_at, read.resource) == ("办件-1", AT, "欧阳小明"), name
    with pytest.raises(BrokenLog, match="the Parquet file cannot be read"):
        rows(tmp_path, b"PAR1" + b"x" * 50, "log.parquet")


def test_days_of_a_table_are_taken_as_days(tmp_path: Path) -> None:
    columns = {"case": ["1"], "activity": ["a"], "time": [date(2020, 1, 6)], "who": ["b"], "lifecycle": ["c"]}
    parquet.write_table(pyarrow.table(columns), tmp_path / "days.parquet")
    (read,) = good(list(rows_of(tmp_path / "days.parquet", mapped(tmp_path, 'time_format = "date"'))))
    assert read.occurred_at == datetime(2020, 1, 5, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize(("library", "name"), [("openpyxl", "log.xlsx"), ("pyarrow", "log.parquet")])
def test_a_library_that_is_not_there_is_named(
    tmp_path: Path, library: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    content = workbook("x") if library == "openpyxl" else b"PAR1"
    with pytest.raises(
        BrokenLog, match=rf"{library}, which is not installed; install it by `make tables` .*save the log as"
    ):
        rows(tmp_path, content, name)


def database(folder: Path) -> bytes:
    with sqlite3.connect(folder / "x.db") as connection:
        connection.execute("create table t (a)")
    return (folder / "x.db").read_bytes()


def tar(_: Path) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("log.csv"))
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (lambda _: b"%PDF-1.7\n", "a PDF document"),
        (lambda _: b"\x89PNG\r\n\x1a\n", "a PNG picture"),
        (lambda _: b"\xff\xd8\xff\xe0", "a JPEG picture"),
        (database, "an SQLite database"),
        (lambda _: b"\xef\xbb\xbf <!DOCTYPE html><html>", "an HTML page"),
        (lambda _: b'{"a": 1}', "JSON"),
        (tar, "a tar archive"),
        (lambda folder: gzip.compress(tar(folder)), "a tar archive"),
        (lambda _: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), r"a document of an old Microsoft Office \(.xls"),
        (lambda _: zipped(**{"word/document__xml": b""}), "a Word document"),
        (lambda _: b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    ],
)
def test_a_file_that_is_something_else_is_named(tmp_path: Path, content: Callable[[Path], bytes], what: str) -> None:
    with pytest.raises(BrokenLog, match=f"line 1: this is {what}.*, not an event log"):
        rows(tmp_path, content(tmp_path), "log.csv")
