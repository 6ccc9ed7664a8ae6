"""Publishing: the tree of the log is written as tiles, what it is by now is signed. Nothing that was published changes."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from adapters.bootstrap import Installation
from adapters.evidence.folder import BadPublication, TileFolder
from adapters.evidence.log_key import NotSigned, verified
from adapters.evidence.memory import Contradiction
from adapters.evidence.signer import Signer
from domain.evidence.checkpoint import read_checkpoint
from domain.evidence.entry import entry_of
from domain.evidence.note import BadNote, read_note
from domain.evidence.tiles import WIDTH, Tile, subtree, tiles_of
from domain.evidence.tree import leaf_hash, root_of, tree_root

Progress = Callable[[int, int], None]


class Published(NamedTuple):
    """How many events are published now, how many were before, and the signed checkpoint."""

    size: int
    before: int
    checkpoint: str


def publish(installation: Installation, folder: TileFolder, signer: Signer, progress: Progress) -> Published:
    """Publish all events that are recorded. Raises ``Contradiction``, ``BadPublication``, ``OSError``."""
    before = _published(folder, signer)
    size = installation.log.head()
    if size >= before:  # else the signer says what is wrong
        _Growing(folder, before).grow(entries(installation, before - before % WIDTH, size), progress, size)
    written = signer.sign(size, subtree(folder.hashes, size))
    if not _same(folder.checkpoint(), written):  # witnesses may have signed it meanwhile
        folder.put_checkpoint(written)
    return Published(size, before, written)


def _same(there: str | None, written: str) -> bool:
    return there is not None and read_note(there).text == read_note(written).text


def entries(installation: Installation, after: int, upto: int) -> Iterator[bytes]:
    """The entries of the events after a position, in their order."""
    for row in installation.log.row_hashes(after, upto):
        yield entry_of(row.stream_id, row.version, row.hash).packed()


def _published(folder: TileFolder, signer: Signer) -> int:
    """How many events the folder has already, all of them signed by this key: none of an empty one."""
    there = folder.checkpoint()
    if there is None:
        return 0
    try:
        published = read_checkpoint(verified(there, signer.key.verifier).text)
    except (BadNote, NotSigned) as error:
        raise BadPublication(
            f"{folder.path} has a checkpoint that this key did not sign: {error}; publish into an empty folder"
        ) from error
    size = signer.last.size
    if published.size > size:
        raise Contradiction(
            f"{published.size} events are signed in {folder.path}, and the signer remembers {size}: its memory is an older one; "
            "copy the file `checkpoint` of that folder to it"
        )
    if tree_root(size, subtree(folder.hashes, size)) != signer.last.root:
        raise BadPublication(
            f"{folder.path} is not the log whose {size} events were signed; publish into an empty folder"
        )
    return size


class _Growing:
    """A tree that grows: the hashes of each level that fill no tile yet."""

    def __init__(self, folder: TileFolder, size: int) -> None:
        self._folder = folder
        self._size = size
        self._levels = {tile.level: folder.hashes(tile) for tile in tiles_of(size) if tile.level}

    def grow(self, found: Iterator[bytes], progress: Progress, size: int) -> None:
        """Write what comes of these entries, the first of which begins a tile."""
        done = self._size - self._size % WIDTH
        bundle: list[bytes] = []
        for entry in found:
            bundle.append(entry)
            if len(bundle) == WIDTH:
                self._level_0(done // WIDTH, bundle)
                done, bundle = done + WIDTH, []
                progress(done, size)
        if bundle:
            self._level_0(done // WIDTH, bundle)
        for tile in tiles_of(size):
            if tile.level:
                self._folder.put_tile(tile, self._levels.get(tile.level, []))
        progress(size, size)

    def _level_0(self, number: int, bundle: list[bytes]) -> None:
        hashes = [leaf_hash(entry) for entry in bundle]
        self._folder.put_entries(number, bundle)
        self._folder.put_tile(Tile(0, number, len(bundle)), hashes)
        if len(bundle) == WIDTH:
            self._up(1, root_of(hashes), number)

    def _up(self, level: int, root: bytes, below: int) -> None:
        hashes = self._levels.setdefault(level, [])
        hashes.append(root)
        if len(hashes) == WIDTH:
            number = below // WIDTH
            self._folder.put_tile(Tile(level, number), hashes)
            self._levels[level] = []
            self._up(level + 1, root_of(hashes), number)
