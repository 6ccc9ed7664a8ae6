"""Singular and plural agree wherever a count is printed."""

import ast
import re

import pytest

from domain.number_of import number_of
from tests.loaded import ROOT


@pytest.mark.parametrize(
    ("count", "noun", "plural", "text"),
    [
        (0, "hall", None, "0 halls"),
        (1, "hall", None, "1 hall"),
        (2, "hall", None, "2 halls"),
        (1, "history", "histories", "1 history"),
        (3, "history", "histories", "3 histories"),
    ],
)
def test_a_number_stands_with_its_noun(count: int, noun: str, plural: str | None, text: str) -> None:
    assert number_of(count, noun, plural) == text


def counted_with_a_plural(source: str) -> list[str]:
    """The texts in which a length is followed by a noun in the plural, whatever the length."""
    return [
        ast.unparse(text)
        for text in ast.walk(ast.parse(source))
        if isinstance(text, ast.JoinedStr)
        for value, after in zip(text.values, text.values[1:], strict=False)
        if isinstance(value, ast.FormattedValue)
        and isinstance(value.value, ast.Call)
        and ast.unparse(value.value.func) == "len"
        and isinstance(after, ast.Constant)
        and re.match(r" [a-z]+s\b", str(after.value))
    ]


def test_no_sentence_counts_with_a_noun_that_is_always_in_the_plural() -> None:
    assert counted_with_a_plural('f"{len(halls)} halls"') == ["f'{len(halls)} halls'"]
    sources = [path for room in ("adapters", "domain", "projections") for path in (ROOT / room).rglob("*.py")]
    assert {path.name: found for path in sources if (found := counted_with_a_plural(path.read_text()))} == {}
