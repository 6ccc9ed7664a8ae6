"""A sentence with places for values: recognised in a finished sentence, and filled anew in another language.

``case {case_id} is {status}`` is a template. In its translation ``{status!Status}`` asks for the word of the value, which
stands under ``words.Status``, and ``{why!zh}`` for a translation of a value that is a sentence itself.
"""

import re
from collections.abc import Callable, Mapping
from functools import cached_property

NUMBERS = frozenset({"n", "line"})
"""The places that have digits only: a count, as in ``{n} halls``, and the number of a line."""
PLACE = re.compile(r"\{([a-zA-Z_][a-zA-Z_0-9]*)(?:!([a-zA-Z]+))?\}")


class Template:
    """A sentence in one language, its places named."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.places = tuple((found[1], found[2]) for found in PLACE.finditer(text))
        self.names = tuple(name for name, _ in self.places)
        self.literals = tuple(part for part in re.split(r"\{[^{}]*\}", text) if part)
        self.longest = max(self.literals, key=len, default="")
        self.has_words = any(character.isalpha() for literal in self.literals for character in literal)

    @cached_property
    def shape(self) -> str:
        """The sentence without the names of its places: two templates of one shape are the same sentence."""
        return PLACE.sub("{}", self.text)

    @cached_property
    def weight(self) -> int:
        """How many characters are said whatever the values: of two templates that fit, the heavier one is meant."""
        return sum(map(len, self.literals))

    def values(self, sentence: str) -> dict[str, str] | None:
        """The values with which the template makes this sentence, or None where it does not."""
        fitting = self._pattern.fullmatch(sentence)
        return None if fitting is None else fitting.groupdict()

    def filled(self, values: Mapping[str, str], translated: Callable[[str, str], str]) -> str:
        """The sentence with these values; ``translated`` gives what is shown for a value of a kind."""

        def shown(place: re.Match[str]) -> str:
            name, kind = place[1], place[2]
            return translated(kind, values[name]) if kind else values[name]

        return PLACE.sub(shown, self.text)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        parts, end = [], 0
        for found in PLACE.finditer(self.text):
            value = r"\d+" if found[1] in NUMBERS else ".*?"
            parts += [re.escape(self.text[end : found.start()]), f"(?P<{found[1]}>{value})"]
            end = found.end()
        return re.compile("".join(parts) + re.escape(self.text[end:]), re.DOTALL)
