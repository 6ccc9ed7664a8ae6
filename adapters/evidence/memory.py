"""What a key signed last, in a file beside it: nothing that is smaller or contradicts it is signed with that key again."""

from pathlib import Path

from adapters.disk.whole_file import put_in_place
from domain.errors import OfficeError
from domain.evidence.checkpoint import Checkpoint, read_checkpoint
from domain.evidence.note import BadNote, read_note
from domain.evidence.tree import MTH, consistency_proof, roots_of_consistency, tree_root
from domain.exit_code import ExitCode


class Contradiction(OfficeError):
    """The log is another one than was signed before."""

    exit_code = ExitCode.DIFFERENCE


class Memory:
    """The last note that was signed, and its checkpoint; None where there is none yet."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.note: str | None = None
        self.last: Checkpoint | None = None
        if file.exists():
            try:
                self.note = file.read_text(encoding="utf-8")
                self.last = read_checkpoint(read_note(self.note).text)
            except (BadNote, UnicodeDecodeError) as error:
                raise Contradiction(
                    f"{file} is not what this key signed last: {error}; without it nothing can be signed safely"
                ) from error

    def continued(self, size: int, mth: MTH) -> bytes:
        """The root of a tree that continues what was signed last. Raises ``Contradiction`` where it does not."""
        before = self.last
        if before is None or before.size == 0:
            return tree_root(size, mth)
        if size < before.size:
            raise Contradiction(
                f"the log has {size} events, and {before.size} were signed: an older copy was restored, or its end is "
                "lost; look for the newest backup"
            )
        root = tree_root(size, mth)
        proof = consistency_proof(before.size, size, mth)
        if roots_of_consistency(before.size, size, before.root, proof) != (before.root, root):
            raise Contradiction(
                f"the log is not the one whose first {before.size} events were signed: they were changed since; compare it with "
                "what was published by `onewindow evidence check`"
            )
        return root

    def keep(self, checkpoint: Checkpoint, note: str) -> None:
        """Remember a note durably; only then may anybody see it. Raises ``OSError``."""
        put_in_place(self._file, note.encode())
        self.note, self.last = note, checkpoint
