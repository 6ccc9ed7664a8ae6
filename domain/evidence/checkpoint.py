"""Checkpoints (https://c2sp.org/tlog-checkpoint): how large the log was, and its root. Three lines, which are signed."""

from base64 import b64decode, b64encode
from typing import NamedTuple

from domain.evidence.note import BadNote
from domain.evidence.tree import EMPTY

LINES = 3


class Checkpoint(NamedTuple):
    """The log of an ``origin`` when it had ``size`` events, with the root of their tree."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


def read_checkpoint(text: str) -> Checkpoint:
    """The checkpoint of a text. Raises ``BadNote``; extension lines are none of ours."""
    lines = text.split("\n")
    if len(lines) != LINES + 1 or lines[-1] or not lines[0]:
        raise BadNote("a checkpoint has three lines: origin, size, root")
    origin, size, root = lines[:LINES]
    try:
        found = Checkpoint(origin, int(size), b64decode(root, validate=True))
    except ValueError as error:
        raise BadNote("the second line of a checkpoint is a number, the third a hash in base64") from error
    if found.text() != text or found.size < 0 or len(found.root) != len(EMPTY):
        raise BadNote("the checkpoint is written in another way than it is made")
    return found
