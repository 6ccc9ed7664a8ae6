"""Checking what was published: by itself, and against the log of a database, whose every row is read and hashed anew."""

from collections.abc import Callable, Iterator

from sqlalchemy import Connection, select

from adapters.evidence.folder import BadPublication, TileFolder
from adapters.evidence.log_key import NotSigned, verified
from adapters.store.chain import GENESIS, chained, digest
from adapters.store.schema import events
from domain.evidence.checkpoint import Checkpoint, read_checkpoint
from domain.evidence.entry import Entry, entry_of, unpacked
from domain.evidence.note import BadNote, Note, Verifier
from domain.evidence.proof import Proof, read_proof
from domain.evidence.tiles import WIDTH, Tile, subtree, tiles_of
from domain.evidence.tree import inclusion_proof, leaf_hash, root_of, tree_root
from projections.engine.comparison import Finding

Progress = Callable[[int, int], None]
PAGE = 5_000
COLUMNS = (
    events.c.position,
    events.c.stream_id,
    events.c.version,
    events.c.type,
    events.c.schema_version,
    events.c.recorded_at,
    events.c.metadata,
    events.c.data,
)


def checkpoint_of(folder: TileFolder, verifier: Verifier) -> tuple[Checkpoint, Note]:
    """The checkpoint of a folder, signed by the key, and its note. Raises ``BadPublication``, ``NotSigned``."""
    written = folder.checkpoint()
    if written is None:
        raise BadPublication(f"{folder.path} has no checkpoint; name a folder that `onewindow evidence publish` wrote")
    try:
        note = verified(written, verifier)
        return read_checkpoint(note.text), note
    except BadNote as error:
        raise BadPublication(f"{folder.path}: {error}") from error


def check_folder(
    folder: TileFolder, checkpoint: Checkpoint, verifier: Verifier, progress: Progress
) -> Iterator[Finding]:
    """What of the tiles and entries does not lead to the roots that were signed, the last one and those before."""
    size = checkpoint.size
    for number, width in _bundles(size):
        tile = Tile(0, number, width)
        try:
            hashes, entries = folder.hashes(tile), folder.entries(number, width)
        except BadPublication as error:
            yield Finding(f"{folder.path}", str(error))
            continue
        for place, (hashed, entry) in enumerate(zip(hashes, entries, strict=True), start=number * WIDTH + 1):
            if leaf_hash(entry) != hashed:
                yield Finding(f"entry at position {place}", f"is not the one whose hash stands in {tile.path}")
        progress(number * WIDTH + width, size)
    for last in tiles_of(size):
        yield from _upper(folder, last.level + 1, size)
    try:
        if tree_root(size, subtree(folder.hashes, size)) != checkpoint.root:
            yield Finding(f"{folder.path}", "its tiles lead to another root than the one that was signed")
        for name, written in folder.kept():
            if (wrong := _wrong(folder, written, size, verifier)) is not None:
                yield Finding(f"{folder.path}/{name}", wrong)
    except BadPublication as error:
        yield Finding(f"{folder.path}", str(error))


def _wrong(folder: TileFolder, written: str, size: int, verifier: Verifier) -> str | None:
    """What is wrong with an earlier checkpoint, if anything."""
    try:
        earlier = read_checkpoint(verified(written, verifier).text)
    except (BadNote, NotSigned) as error:
        return str(error)
    if earlier.size > size or tree_root(earlier.size, subtree(folder.hashes, size)) != earlier.root:
        return "is not an earlier state of the log that is published"
    return None


def compare(connection: Connection, folder: TileFolder, size: int, progress: Progress) -> Iterator[Finding]:
    """Where the log of a database is another than what was published of it."""
    now = _entries(connection, size)
    for number, width in _bundles(size):
        try:
            published = folder.entries(number, width)
        except BadPublication:
            published = [b""] * width  # told by ``check_folder``
        for place, entry in enumerate(published, start=number * WIDTH + 1):
            stream_id, version, found = next(now, ("", 0, None))
            if found is None:
                yield Finding(
                    f"event at position {place}",
                    f"was published and is missing, as all up to position {size} that follow",
                )
                return
            if entry and unpacked(entry) != found:
                yield Finding(
                    f"event at position {place} ({stream_id} version {version})", "is not the one that was published"
                )
        progress(number * WIDTH + width, size)


def proof_of(folder: TileFolder, position: int, verifier: Verifier) -> Proof:
    """The proof of an event from what was published. Raises ``BadPublication``, ``NotSigned``."""
    checkpoint, note = checkpoint_of(folder, verifier)
    if not 1 <= position <= checkpoint.size:
        raise BadPublication(f"position {position} is not published: there are {checkpoint.size}")
    number, place = divmod(position - 1, WIDTH)
    width = min(WIDTH, checkpoint.size - number * WIDTH)
    entry = unpacked(folder.entries(number, width)[place])
    path = inclusion_proof(position - 1, checkpoint.size, subtree(folder.hashes, checkpoint.size))
    return Proof(entry, position - 1, tuple(path), note)


def check_proof(written: str, verifier: Verifier) -> tuple[Proof, Checkpoint]:
    """A proof that leads to a checkpoint which the key signed. Raises ``BadPublication``, ``NotSigned``."""
    try:
        proof = read_proof(written)
        verified(proof.note.written(), verifier)
        return proof, proof.checkpoint()
    except BadNote as error:
        raise BadPublication(f"this is no proof of an event: {error}") from error


def _bundles(size: int) -> Iterator[tuple[int, int]]:
    for number in range(-(-size // WIDTH)):
        yield number, min(WIDTH, size - number * WIDTH)


def _upper(folder: TileFolder, level: int, size: int) -> Iterator[Finding]:
    """The full tiles below a level lead to the hashes in its tiles."""
    for number in range(size // WIDTH**level):
        above, place = divmod(number, WIDTH)
        width = min(WIDTH, size // WIDTH**level - above * WIDTH)
        try:
            hashed = folder.hashes(Tile(level, above, width))[place]
            below = folder.hashes(Tile(level - 1, number))
        except BadPublication as error:
            yield Finding(f"{folder.path}", str(error))
            continue
        if root_of(below) != hashed:
            yield Finding(f"{folder.path}", f"{Tile(level - 1, number).path} is not the tile that was published")


def _entries(connection: Connection, size: int) -> Iterator[tuple[str, int, Entry]]:
    """The entries of the rows as their content makes them: no hash that is stored is believed."""
    hashes: dict[str, bytes] = {}
    query = select(*COLUMNS).where(events.c.position <= size).order_by(events.c.position)
    rows = connection.execute(query, execution_options={"yield_per": PAGE})
    for expected, row in enumerate(rows, start=1):
        if row.position != expected:
            return  # what was there is missing
        try:
            content = digest(*row[1:])
        except (UnicodeEncodeError, AttributeError):
            content = b""  # not text any more, so it is no entry that was published
        hashes[row.stream_id] = chained(hashes.get(row.stream_id, GENESIS), content)
        yield row.stream_id, row.version, entry_of(row.stream_id, row.version, hashes[row.stream_id])
