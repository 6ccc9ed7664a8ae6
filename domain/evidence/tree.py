"""The Merkle tree of RFC 6962, section 2.1: its hashes, inclusion and consistency proofs, and what a proof shows.

A proof is a list of hashes, from the leaf up. ``MTH`` gives the hash of the leaves from ``start`` to before ``end``, a complete
subtree: ``end - start`` is a power of two that divides ``start``.
"""

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256

MTH = Callable[[int, int], bytes]
EMPTY = sha256().digest()
"""The root of a tree without leaves."""


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry."""
    return sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees side by side."""
    return sha256(b"\1" + left + right).digest()


def root_of(hashes: Sequence[bytes]) -> bytes:
    """The root over the hashes of some leaves, or of complete subtrees of one size."""
    if not hashes:
        return EMPTY
    if len(hashes) == 1:
        return hashes[0]
    half = _half(len(hashes))
    return node_hash(root_of(hashes[:half]), root_of(hashes[half:]))


def tree_root(size: int, mth: MTH) -> bytes:
    """The root of the first ``size`` leaves."""
    return _mth(0, size, mth) if size else EMPTY


def inclusion_proof(index: int, size: int, mth: MTH) -> list[bytes]:
    """What shows that a leaf is in the tree of ``size`` leaves (2.1.1). Raises ``ValueError`` where it is not."""
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    return list(_path(index, 0, size, mth))


def consistency_proof(first: int, second: int, mth: MTH) -> list[bytes]:
    """What shows that the tree of ``second`` leaves begins with that of ``first`` (2.1.2). Raises ``ValueError``."""
    if not 0 < first <= second:
        raise ValueError(f"a tree of {second} does not begin with one of {first}")
    return [] if first == second else list(_subproof(first, 0, second, True, mth))


def root_of_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """The root that a tree of ``size`` leaves has if this is a proof of the leaf. Raises ``ValueError`` where it is none."""
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    node, last, found = index, size - 1, leaf
    for beside in proof:
        if last == 0:
            raise ValueError("the proof is too long")
        if node & 1 or node == last:
            found = node_hash(beside, found)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, beside)
        node, last = node >> 1, last >> 1
    if last:
        raise ValueError("the proof is too short")
    return found


def roots_of_consistency(first: int, second: int, first_root: bytes, proof: Sequence[bytes]) -> tuple[bytes, bytes]:
    """The roots of both trees if this is a proof that the second begins with the first. Raises ``ValueError`` where it is none."""
    if not 0 < first <= second:
        raise ValueError(f"a tree of {second} does not begin with one of {first}")
    if first == second:
        if proof:
            raise ValueError("the proof is too long")
        return first_root, first_root
    hashes = list(proof) if first & (first - 1) else [first_root, *proof]
    if not hashes:
        raise ValueError("the proof is too short")
    node, last = first - 1, second - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    before = after = hashes[0]
    for beside in hashes[1:]:
        if last == 0:
            raise ValueError("the proof is too long")
        if node & 1 or node == last:
            before, after = node_hash(beside, before), node_hash(beside, after)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            after = node_hash(after, beside)
        node, last = node >> 1, last >> 1
    if last:
        raise ValueError("the proof is too short")
    return before, after


def _half(size: int) -> int:
    """The largest power of two below a size of at least two."""
    return 1 << ((size - 1).bit_length() - 1)


def _mth(start: int, end: int, mth: MTH) -> bytes:
    size = end - start
    if not size & (size - 1):
        return mth(start, end)
    middle = start + _half(size)
    return node_hash(mth(start, middle), _mth(middle, end, mth))


def _path(index: int, start: int, end: int, mth: MTH) -> Iterator[bytes]:
    if end - start == 1:
        return
    middle = start + _half(end - start)
    if index < middle:
        yield from _path(index, start, middle, mth)
        yield _mth(middle, end, mth)
    else:
        yield from _path(index, middle, end, mth)
        yield _mth(start, middle, mth)


def _subproof(first: int, start: int, end: int, whole: bool, mth: MTH) -> Iterator[bytes]:
    """``whole`` while the subtree is the first tree itself, whose root the verifier knows."""
    if first == end:
        if not whole:
            yield _mth(start, end, mth)
        return
    middle = start + _half(end - start)
    if first <= middle:
        yield from _subproof(first, start, middle, whole, mth)
        yield _mth(middle, end, mth)
    else:
        yield from _subproof(first, middle, end, False, mth)
        yield _mth(start, middle, mth)
