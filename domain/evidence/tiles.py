"""Tiles: the hashes of the tree in files of 256, as https://c2sp.org/tlog-tiles lays them out."""

from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from domain.evidence.tree import MTH, root_of

WIDTH = 256
HASH_BYTES = 32


class Tile(Struct, frozen=True):
    """One tile: its level, its number in the level, and how many hashes it has."""

    level: int
    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Where it lies, below the prefix."""
        return f"tile/{self.level}/{numbered(self.number, self.width)}"


def numbered(number: int, width: int = WIDTH) -> str:
    """A number in elements of three digits, all but the last behind an ``x``; a partial tile says its width."""
    digits = f"{number:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[place : place + 3] for place in range(0, len(digits), 3)]
    path = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
    return path if width == WIDTH else f"{path}.p/{width}"


def entries_path(number: int, width: int = WIDTH) -> str:
    """Where the bundle of the entries of a tile of level 0 lies."""
    return f"tile/entries/{numbered(number, width)}"


def tiles_of(size: int) -> Iterator[Tile]:
    """The last tiles of a tree, one a level: full ones and partial ones, none that is empty."""
    level = 0
    while size:
        full, rest = divmod(size, WIDTH)
        if rest:
            yield Tile(level, full, rest)
        size, level = full, level + 1


def subtree(read: Callable[[Tile], Sequence[bytes]], size: int) -> MTH:
    """The hashes of complete subtrees of a tree of ``size`` leaves, from its tiles.

    ``read`` gives the hashes of a tile.
    """

    def mth(start: int, end: int) -> bytes:
        level, leaves = 0, end - start
        while leaves >= WIDTH:
            level, leaves = level + 1, leaves // WIDTH
        first = start // WIDTH**level
        number, place = divmod(first, WIDTH)
        width = min(WIDTH, size // WIDTH**level - number * WIDTH)
        return root_of(read(Tile(level, number, width))[place : place + leaves])

    return mth
