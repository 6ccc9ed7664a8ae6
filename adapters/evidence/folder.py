"""A folder with the tree of a log, as https://c2sp.org/tlog-tiles lays it out: tiles, entries, checkpoint. It can be served as it is."""

from collections.abc import Iterator
from pathlib import Path

from adapters.disk.whole_file import put_in_place
from domain.errors import OfficeError
from domain.evidence.checkpoint import read_checkpoint
from domain.evidence.entry import SIZE
from domain.evidence.note import read_note
from domain.evidence.tiles import HASH_BYTES, WIDTH, Tile, entries_path
from domain.exit_code import ExitCode
from domain.number_of import number_of

CHECKPOINT, KEPT = "checkpoint", "checkpoints"
LONGEST = 1_000_000
"""So many bytes of a file are read; none that was published is as long."""
BEFORE_ENTRY = SIZE.to_bytes(2, "big")
"""Each entry stands behind its length."""


class BadPublication(OfficeError):
    """A file of a published log is not there, or is not what was published."""

    exit_code = ExitCode.DIFFERENCE


class TileFolder:
    """Reads and writes the files. What is published never changes: a file that is there with other bytes is refused."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def checkpoint(self) -> str | None:
        """The signed checkpoint, None where nothing was published. Raises ``BadPublication``."""
        raw = self._raw(CHECKPOINT)
        try:
            return None if raw is None else raw.decode()
        except UnicodeDecodeError as error:
            raise BadPublication(f"{self.path / CHECKPOINT} is no text, so no checkpoint") from error

    def kept(self) -> Iterator[tuple[str, str]]:
        """All checkpoints that were published, each with the name of its file."""
        for file in sorted((self.path / KEPT).glob("*")):
            yield f"{KEPT}/{file.name}", (self._raw(f"{KEPT}/{file.name}") or b"").decode(errors="replace")

    def hashes(self, tile: Tile) -> list[bytes]:
        """The hashes of a tile; of a partial one also from the full one, once that is there. Raises ``BadPublication``."""
        raw = self._raw(tile.path)
        if raw is None and tile.width < WIDTH:
            raw = self._raw(Tile(tile.level, tile.number).path)
            raw = raw and raw[: tile.width * HASH_BYTES]
        return self._cut(raw, tile.width, HASH_BYTES, tile.path)

    def entries(self, number: int, width: int) -> list[bytes]:
        """The entries below a tile of level 0. Raises ``BadPublication``."""
        path = entries_path(number, width)
        cut = self._cut(self._raw(path), width, len(BEFORE_ENTRY) + SIZE, path)
        if any(not each.startswith(BEFORE_ENTRY) for each in cut):
            raise BadPublication(f"{self.path / path} holds other entries than those of onewindow")
        return [each[len(BEFORE_ENTRY) :] for each in cut]

    def put_tile(self, tile: Tile, hashes: list[bytes]) -> None:
        """Write a tile. Raises ``BadPublication``, ``OSError``."""
        self._put(tile.path, b"".join(hashes))

    def put_entries(self, number: int, entries: list[bytes]) -> None:
        """Write the entries below a tile of level 0. Raises ``BadPublication``, ``OSError``."""
        self._put(entries_path(number, len(entries)), b"".join(BEFORE_ENTRY + each for each in entries))

    def put_checkpoint(self, written: str) -> None:
        """Put a signed checkpoint in the place of the one before; all that there were stay under their sizes. Raises ``OSError``."""
        self._write(self.path / KEPT / str(read_checkpoint(read_note(written).text).size), written.encode())
        self._write(self.path / CHECKPOINT, written.encode())

    def _put(self, name: str, raw: bytes) -> None:
        there = self._raw(name)
        if there is None:
            self._write(self.path / name, raw)
        elif there != raw:
            raise BadPublication(f"{self.path / name} is there and is another one; publish into an empty folder")

    def _raw(self, name: str) -> bytes | None:
        file = self.path / name
        if not file.is_file():
            return None
        with file.open("rb") as opened:
            return opened.read(LONGEST)

    def _cut(self, raw: bytes | None, width: int, each: int, name: str) -> list[bytes]:
        if raw is None:
            raise BadPublication(f"{self.path / name} is missing")
        if len(raw) != width * each:
            raise BadPublication(
                f"{self.path / name} has {number_of(len(raw), 'byte')}, and {width * each} were published"
            )
        return [raw[place : place + each] for place in range(0, len(raw), each)]

    def _write(self, file: Path, raw: bytes) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        put_in_place(file, raw, 0o644)  # for all who fetch it
