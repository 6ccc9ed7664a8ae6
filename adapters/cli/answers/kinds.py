"""What all answers are made of."""

from typing import Annotated

from msgspec import Meta, Struct

Stamp = Annotated[
    str,
    Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$", description="A moment in UTC, as ISO 8601 writes it."),
]
Position = Annotated[int, Meta(ge=0, description="A place in the log of all events; 0 where nothing was recorded.")]


class Answer(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A value under names that stay: a later version of the answer may have more of them, and loses none."""
