"""Four times the input takes about four times as long, whatever it is made of; and memory stays small beside it.

What is measured is the time of the processor, the best of several readings. Where time grew with the square of the input it took
sixteen times as long.
"""

import tracemalloc
from collections.abc import Callable
from pathlib import Path
from time import process_time

import pytest

from adapters.exchange.log_time import canonical
from projections.engine.folding import no_collector
from tests.fuzz.targets import TARGETS

STEEPEST = 10
READINGS = 3
TRACE = '<log><trace><string key="concept:name" value="C1"/>'
EVENT = (
    '<event><string key="concept:name" value="a"/><date key="time:timestamp" value="2024-02-01T09:00:00Z"/>{}</event>'
)
HEADER = (
    "case:concept:name,case:部门,case:channel,concept:name,time:timestamp,"
    "org:resource,org:group,lifecycle:transition,concept:instance"
)


def numbered_names(n: int) -> str:
    """Events with the attributes k.2 to k.n, and as many k more."""
    said = (
        "".join(f'<string key="k.{number}" value="1"/>' for number in range(2, n)) + '<string key="k" value="1"/>' * n
    )
    return TRACE + EVENT.format(said) * 10 + "</trace></log>"


def nested_names(n: int) -> str:
    """Ninety levels of attributes, each with a name of n characters."""
    return TRACE + EVENT.format(f'<list key="{"k" * n}">' * 90 + "</list>" * 90) + "</trace></log>"


def one_value(n: int) -> str:
    """An attribute of n characters."""
    return TRACE + EVENT.format(f'<string key="a" value="{"x" * n}"/>') + "</trace></log>"


def long_trace_of_refused_events(n: int) -> str:
    """A trace that says much, and n events without a time."""
    said = "".join(f'<string key="k{number}" value="{"x" * 900}"/>' for number in range(1_000))
    return TRACE + said + '<event><string key="concept:name" value="a"/></event>' * n + "</trace></log>"


def columns(n: int) -> str:
    """A header of n columns more, and a row."""
    names = "".join(f",c{number}" for number in range(n))
    return f"{HEADER}{names}\nC1,d,c,a,2024-02-01T09:00:00Z,r,g,l,1{',x' * n}\n"


def open_quotations(n: int) -> str:
    """Lines of which each opens a quotation that runs to the end."""
    return HEADER + "\n" + 'x","\n' * n


def one_line(n: int) -> str:
    """A line without an end."""
    return HEADER + "\n" + "x" * n


def values(n: int) -> str:
    """A list in YAML."""
    return "items: [" + "x," * n + "]"


def keys(n: int) -> str:
    """A mapping in YAML, of whose keys none is known."""
    return "".join(f"k{number}: 1\n" for number in range(n))


def headers(n: int) -> str:
    """Tables in TOML."""
    return "".join(f"[t{number}.a.b]\nc = 1\n" for number in range(n))


def array_of_tables(n: int) -> str:
    """Tables of one name in TOML."""
    return "[[year]]\nyear = 2027\n" * n


def names_twice(n: int) -> str:
    """An object in JSON with a name that stands twice."""
    return "{" + ",".join(f'"k{number}":1' for number in range(n)) + ',"k1":2}'


GROWING: dict[str, tuple[str, Callable[[int], str], int]] = {
    "names that are taken": ("xes", numbered_names, 1_000),
    "long names below each other": ("xes", nested_names, 20_000),
    "a long value": ("xes", one_value, 1_000_000),
    "refused events of a long trace": ("xes", long_trace_of_refused_events, 2_000),
    "columns": ("csv", columns, 2_400),
    "quotations left open": ("csv", open_quotations, 5_000),
    "a line without end": ("csv", one_line, 1_000_000),
    "values": ("yaml", values, 3_000),
    "unknown keys": ("yaml", keys, 2_000),
    "tables": ("toml", headers, 2_000),
    "tables of one name": ("toml", array_of_tables, 2_000),
    "a name twice": ("message", names_twice, 5_000),
}


def seconds(target: str, content: bytes, folder: Path) -> float:
    """The seconds of the processor that the quickest of some readings took."""

    def once() -> float:
        with no_collector():  # which looks through all that the tests before have left
            begun = process_time()
            TARGETS[target](content, folder)
            return process_time() - begun

    return min(once() for _ in range(READINGS))


@pytest.mark.no_cover
@pytest.mark.parametrize("what", GROWING)
def test_time_grows_as_the_input_does(tmp_path: Path, what: str) -> None:
    target, made, n = GROWING[what]
    small, large = made(n).encode(), made(4 * n).encode()
    assert seconds(target, large, tmp_path) < STEEPEST * seconds(target, small, tmp_path) + 0.01


HELD_MEGABYTES = {
    "long names below each other": ("xes", nested_names, 200_000, 10),
    "an attribute of 50 MB": ("xes", one_value, 50_000_000, 30),
    "a row without end": ("csv", one_line, 50_000_000, 30),
    "quotations left open": ("csv", open_quotations, 50_000, 20),
    "values": ("yaml", values, 20_000, 16),
    "lists without end": ("yaml", lambda n: "[" * n, 1_000_000, 16),
    "lists without end in TOML": ("toml", lambda n: "a = " + "[" * n, 250_000, 5),
}


@pytest.mark.no_cover
@pytest.mark.parametrize("what", HELD_MEGABYTES)
def test_memory_is_bounded(tmp_path: Path, what: str) -> None:
    """Given an input far beyond its limit, then it is refused before it takes memory; expat's own is not counted."""
    target, made, n, most = HELD_MEGABYTES[what]
    content = made(n).encode()
    TARGETS[target](b"", tmp_path)  # fills what the first reading fills
    tracemalloc.start()
    try:
        TARGETS[target](content, tmp_path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < most << 20, f"{peak / 2**20:.0f} MB"


def test_a_long_attribute_is_not_kept() -> None:
    """Given texts that begin as a time does, then none stays in a cache when its row is gone."""
    begin = "2024-02-01T09:00:00."
    tracemalloc.start()
    try:
        for number in range(50):
            canonical(f"{begin}{number}{'1' * 1_000_000}Z", None)
        assert tracemalloc.get_traced_memory()[0] < 1 << 20
    finally:
        tracemalloc.stop()
