"""Inputs made of seeds by chance: bytes changed, pieces taken from elsewhere, repeated, moved into each other, and words of the format."""

import re
from random import Random

LONGEST = 16 << 10
"""So many bytes an input has in the short run; the long one goes on from there."""
COMMON = (
    b"",
    b"\0",
    b"\n",
    b"\r\n",
    b"\t",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xff",
    "办件".encode(),
    "\u202e😀".encode(),
)
NUMBERS = (
    b"0",
    b"-1",
    b"9" * 30,
    b"1" * 4401,
    b"1e999999",
    b"NaN",
    b"2024-02-30",
    b"2024-02-01T09:00:00Z",
    b"9999-12-31",
    b"24:00",
)
_END = re.compile(rb"[>\n,;&?}]")
"""Where a part of a file may end."""
WORDS: dict[str, tuple[bytes, ...]] = {
    "xes": (
        b"<trace>", b"</trace>", b"<event>", b"</event>", b'<string key="k" value="v"/>', b'<list key="l">', b"<values>", b'key="',
        b'value="', b"&#0;", b"&#xD800;", b"&amp;", b"&x;", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<?xml version='1.0' encoding='utf-16'?>",
        b"<!DOCTYPE log>", b"x:", b'xmlns="y"', b"concept:name", b"time:timestamp",
    ),
    "csv": (b'"', b'""', b'","', b",", b";", b'x","\n', b'"\n', b"\r", b"case:", b"concept:name", b"time:timestamp"),
    "yaml": (
        b"&a ", b"*a", b"!x ", b"!!int ", b"!!python/object:x ", b"? ", b": ", b"- ", b"|\n", b">-\n", b"%YAML 1.1\n", b"---\n", b"...\n",
        b"{", b"}", b"[", b"]", b",", b"<<: ", b"'", b'"', b"\\ud800", b"\\U00110000", b"\\x00", b"#", b"null", b"~", b"\n  ", b"working_days",
        b"items:", b"halls:", b"staff:", b"packages:", b"departments:",
    ),
    "toml": (
        b"[", b"]", b"[[", b"]]", b"{", b"}", b'"""', b"'''", b'"', b"'", b".", b" . ", b"=", b",", b"#", b"0x", b"_", b"inf", b"\\u0000",
        b"\\", b"1979-05-27T07:32:00Z", b"07:32:00", b"year", b"[[override]]\n", b"activities", b"encoding = 'zlib'\n", b"time_format = '%d'\n",
    ),
    "address": (
        b"sqlite:///", b"sqlite://", b"postgresql://", b"postgresql+psycopg://", b"mysql://", b":memory:", b"file:", b"@", b":", b"/", b"?",
        b"&", b"=", b"%00", b"%", b"%2F", b"[::1]", b"..", b"uri=true", b"mode=ro", b"sslmode=", b"connect_timeout=", b"options=", b"host=",
        b"{}", b"{0}", b"application_name=", b"client_encoding=", b"target_session_attrs=",
    ),
    "message": (
        b"{", b"}", b"[", b"]", b'"', b":", b",", b"null", b"true", b"NaN", b"Infinity", b"\\ud800", b"\\u0000", b'"command"', b'"data"', b'"by"',
        b'"seen"', b'"occurred_at"', b"1e400", b"-0", b'{"a":' , b'"a":1,',
    ),
}  # fmt: skip


def mutated(random: Random, target: str, seeds: list[bytes], longest: int = LONGEST) -> bytes:
    """An input made of a seed by one to eight changes."""
    content = random.choice(seeds)
    for _ in range(random.choice((1, 1, 2, 3, 5, 8))):
        content = _changed(random, content, (*COMMON, *NUMBERS, *WORDS[target]), seeds)[:longest]
    return content


def grown(random: Random, target: str, content: bytes) -> tuple[bytes, bytes, bytes]:
    """What stands before a piece of the content, the piece that is to grow, and what stands after it.

    Mostly it begins and ends where a part of the file does, so that what grows is still a file.
    """
    ends = [found.end() for found in _END.finditer(content)]
    if random.random() < 0.25 or len(ends) < 3:
        begin, end = _slice(random, content)
    else:
        first = random.randrange(len(ends) - 1)
        begin, end = ends[first], ends[min(len(ends) - 1, first + random.choice((0, 1, 1, 2, 8)))]
    piece = content[begin:end] or random.choice(WORDS[target])
    return content[:begin], piece, content[end:] if random.random() < 0.7 else b""


def _changed(random: Random, content: bytes, words: tuple[bytes, ...], seeds: list[bytes]) -> bytes:
    begin, end = _slice(random, content)
    piece = content[begin:end]
    match random.randrange(9):
        case 0:
            return content[:begin] + bytes([random.randrange(256)]) + content[begin + 1 :]
        case 1 | 2:
            return content[:begin] + random.choice(words) + content[begin:]
        case 3:
            return content[:begin] + random.choice(words) + content[end:]
        case 4:
            return content[:begin] + content[end:]
        case 5:
            return content[:begin] + piece * random.choice((2, 3, 40, 1000)) + content[end:]
        case 6:
            return content[:begin] + random.choice(words) * random.choice((2, 40, 3000)) + content[end:]
        case 7:
            other = random.choice(seeds)
            taken = slice(*_slice(random, other))
            return content[:begin] + other[taken] + content[end:]
        case _:
            return content[:begin] if random.random() < 0.3 else content[:begin] + piece + piece[::-1] + content[end:]


def _slice(random: Random, content: bytes) -> tuple[int, int]:
    begin = random.randrange(len(content) + 1)
    longest = random.choice((1, 8, 60, 400))
    return begin, min(len(content), begin + random.randrange(longest + 1))
