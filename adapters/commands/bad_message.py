"""A message that is no command yet: which of its fields is wrong, by which rule, and what to do."""

from collections.abc import Sequence
from enum import StrEnum

from adapters.reading.quoted import quoted
from domain.errors import OfficeError


class MessageRule(StrEnum):
    """What a message must be before it is looked at as a command."""

    SIZE = "size"
    """At most so long, so deep, and with so much in a list or a text."""
    TEXT = "text"
    """UTF-8, without control characters."""
    JSON = "json"
    """One JSON object, in which no name comes twice."""
    COMMAND = "command"
    """The command is one of the known."""
    SCHEMA = "schema"
    """It has the fields of its command's schema, and no others."""
    ID = "id"
    """It has an id."""


class BadMessage(OfficeError):
    """A message that cannot be taken. ``field`` is the path to what is wrong, as ``data.applicant.name``, or empty."""

    def __init__(self, rule: MessageRule, field: Sequence[str | int], sentence: str) -> None:
        self.rule, self.field, self.sentence = rule.value, quoted(".".join(map(str, field))), sentence
        super().__init__(f"{self.field}: {sentence}" if field else sentence)
