"""A finished English sentence in the language of who reads it: its template is found, and filled in Chinese with its values."""

import re
from functools import cache

from adapters.language.catalogue import chinese_of
from adapters.language.language import is_chinese
from adapters.language.template import Template
from adapters.language.titles import chinese_term

NESTED = "zh"
"""The kind of a value that is a sentence, or a piece of one, itself."""
TITLES = "titles"
"""The kind of a value that is the title of an event, Chinese and English."""
JOINTS = re.compile(r"(; |, | or | and )")
"""Between values that are listed in one place."""
LISTED = {"; ": "；", ", ": "、", " or ": "或", " and ": "和"}
SENTENCES = frozenset(
    {"answer", "changes", "what", "value", "reason", "asks_for", "holder", "who", "hall", "counts", "sessions"}
)
"""The columns whose cells may hold sentences."""
SHORT = 20
"""A template that says less is meant only where its values are what they should be."""
DEEPEST = 6
"""So many sentences lie in each other at most."""


def in_language(sentence: str) -> str:
    """The sentence as who reads it wants it; in English where there is no Chinese for it."""
    return chinese(sentence) if is_chinese() else sentence


def chinese(text: str) -> str:
    """The sentences in Chinese, line by line; a line that has none as it is."""
    return "\n".join(_translated(line, 0) or line for line in text.split("\n"))


def heading_in_language(name: str) -> str:
    """The heading of a column, by its name; in English as it is."""
    if not is_chinese():
        return name
    plain, blank, about = name.partition(" (")
    known = {**chinese_of("words")["Grouping"], **chinese_of("words")["columns"]}
    return str(known.get(name) or (f"{known[plain]}{blank}{about}" if plain in known else chinese(name)))


def cell_in_language(column: str, value: str) -> str:
    """What stands in a cell: the word for the value where its column has values of a kind, a sentence, or what it is."""
    if not is_chinese():
        return value
    words = chinese_of("words")
    kinds = [words[kind] for kind in words["cells"].get(column, ())]
    return next((str(kind[value]) for kind in kinds if value in kind), "") or (
        chinese(value) if column in SENTENCES else value
    )


def word(kind: str, value: str) -> str:
    """The word for a value of a kind (a table below ``words``) in the language of who reads it, or the value."""
    return _word(kind, value) if is_chinese() else value


def _word(kind: str, value: str) -> str:
    return str(chinese_of("words").get(kind, {}).get(value, value))


def _translated(sentence: str, depth: int) -> str | None:
    if depth > DEEPEST:
        return None
    if (whole := _templates()[0].get(sentence)) is not None:
        return whole
    for longest, english, translation in _templates()[1]:
        values = english.values(sentence) if longest in sentence else None
        if values is not None and _is_meant(english, translation, values, depth):
            return translation.filled(values, lambda kind, value: _value(kind, value, depth))
    return None


def _is_meant(english: Template, translation: Template, values: dict[str, str], depth: int) -> bool:
    """Whether a template that fits is the right one: a short one is not where a value is none of its kind, or a sentence."""
    nested = {name for name, kind in translation.places if kind == NESTED}
    kinds = {name: kind for name, kind in translation.places if kind in chinese_of("words")}
    if not english.has_words:
        are_of = all(_is_of(kind, values[name]) for name, kind in kinds.items())
        return any(_translated(values[name], depth + 1) for name in nested) or (bool(kinds) and are_of)
    if english.weight < SHORT and not all(_is_of(kind, values[name]) for name, kind in kinds.items()):
        return False
    return sum(value.count(" ") for name, value in values.items() if name not in nested) < english.weight


def _is_of(kind: str, value: str) -> bool:
    return all(part in chinese_of("words")[kind] for part in JOINTS.split(value)[::2])


def _value(kind: str, value: str, depth: int) -> str:
    if kind == TITLES:
        return chinese_term(value)
    if kind != NESTED and value in chinese_of("words").get(kind, {}):
        return _word(kind, value)
    if kind == NESTED and (translated := _translated(value, depth + 1)) is not None:
        return translated
    parts = JOINTS.split(value)
    if len(parts) == 1:
        return value
    return "".join(LISTED.get(part) or _value(kind, part, depth + 1) for part in parts)


@cache
def _templates() -> tuple[dict[str, str], list[tuple[str, Template, Template]]]:
    """The sentences without values, and those with, each with the longest text that it always has.

    What stands around other sentences and says their rule (``... [rule 4]``) comes first, then the heaviest.
    """
    pairs = [
        (Template(english), Template(text))
        for english, text in {**chinese_of("usage"), **chinese_of("sentences")}.items()
    ]
    plain = {english.text: text.text for english, text in pairs if not english.names}
    with_values = sorted(
        (pair for pair in pairs if pair[0].names), key=lambda pair: (not pair[0].text.endswith("]"), -pair[0].weight)
    )
    return plain, [(english.longest, english, translation) for english, translation in with_values]
