"""The proof of one event (https://c2sp.org/tlog-proof): entry, place, path, and the signed checkpoint; it is checked without the log."""

from base64 import b64decode, b64encode
from typing import NamedTuple

from domain.evidence.checkpoint import Checkpoint, read_checkpoint
from domain.evidence.entry import Entry, unpacked
from domain.evidence.note import BadNote, Note, read_note
from domain.evidence.tree import leaf_hash, root_of_inclusion

FIRST, EXTRA, INDEX = "c2sp.org/tlog-proof@v1", "extra ", "index "
MOST_HASHES = 63


class Proof(NamedTuple):
    """An entry, which ``leaf`` it is (its position less one), the ``path`` from it to the root, and the ``note`` of the checkpoint."""

    entry: Entry
    leaf: int
    path: tuple[bytes, ...]
    note: Note

    def written(self) -> str:
        """The proof as it is stored and sent."""
        head = [FIRST, EXTRA + b64encode(self.entry.packed()).decode(), f"{INDEX}{self.leaf}"]
        return "\n".join([*head, *(b64encode(each).decode() for each in self.path), "", self.note.written()])

    def checkpoint(self) -> Checkpoint:
        """The checkpoint, if the path leads from the entry to its root. Raises ``BadNote``."""
        found = read_checkpoint(self.note.text)
        try:
            root = root_of_inclusion(leaf_hash(self.entry.packed()), self.leaf, found.size, self.path)
        except ValueError as error:
            raise BadNote(f"the path does not lead to the root: {error}") from error
        if root != found.root:
            raise BadNote("the path leads to another root than that of the checkpoint")
        return found


def read_proof(written: str) -> Proof:
    """The proof of a text. Raises ``BadNote``."""
    head, empty, note = written.partition("\n\n")
    first, *lines = head.split("\n")
    if not empty or first != FIRST or len(lines) < 2 or len(lines) > MOST_HASHES + 2:
        raise BadNote(f"a proof begins with {FIRST}, extra, index and hashes, and ends with a checkpoint")
    try:
        entry = unpacked(b64decode(lines[0].removeprefix(EXTRA), validate=True))
        index = int(lines[1].removeprefix(INDEX))
        path = tuple(b64decode(line, validate=True) for line in lines[2:])
    except ValueError as error:
        raise BadNote(f"the proof cannot be read: {error}") from error
    found = Proof(entry, index, path, read_note(note))
    if found.written() != written:
        raise BadNote("the proof is written in another way than it is made")
    return found
