"""The tree of RFC 6962: its published vectors, and a tree made word by word from the text, for any size."""

from collections.abc import Sequence
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.evidence.tiles import WIDTH, Tile, entries_path, numbered, subtree, tiles_of
from domain.evidence.tree import (
    EMPTY,
    MTH,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root_of_inclusion,
    roots_of_consistency,
    tree_root,
)

LEAVES = [bytes.fromhex(each) for each in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""The roots of the first 1 to 8 leaves, as the tests of Certificate Transparency publish them."""


def naive(entries: Sequence[bytes]) -> bytes:
    """MTH(D[n]) as RFC 6962, 2.1, defines it."""
    if not entries:
        return sha256().digest()
    if len(entries) == 1:
        return sha256(b"\x00" + entries[0]).digest()
    k = 1
    while 2 * k < len(entries):
        k *= 2
    return sha256(b"\x01" + naive(entries[:k]) + naive(entries[k:])).digest()


def of(entries: Sequence[bytes]) -> MTH:
    return lambda start, end: naive(entries[start:end])


def entries_of(size: int) -> list[bytes]:
    return [sha256(str(number).encode()).digest()[:5] for number in range(size)]


def test_the_published_roots_come_out() -> None:
    assert (
        tree_root(0, of([])).hex() == EMPTY.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )
    assert [tree_root(size, of(LEAVES)).hex() for size in range(1, 9)] == ROOTS


def test_the_published_proofs_come_out() -> None:
    """PATH and PROOF of the example of RFC 6962, 2.1.3: a tree of seven leaves."""
    mth = of(LEAVES[:7])
    a, b, c, d, _, f, _ = (leaf_hash(entry) for entry in LEAVES[:7])
    g, h, i, j = (naive(LEAVES[start:end]) for start, end in ((0, 2), (2, 4), (4, 6), (6, 7)))
    k, l_ = naive(LEAVES[0:4]), naive(LEAVES[4:7])
    assert inclusion_proof(0, 7, mth) == [b, h, l_]
    assert inclusion_proof(3, 7, mth) == [c, g, l_]
    assert inclusion_proof(4, 7, mth) == [f, j, k]
    assert inclusion_proof(6, 7, mth) == [i, k]
    assert consistency_proof(3, 7, mth) == [c, d, g, l_]
    assert consistency_proof(4, 7, mth) == [l_]
    assert consistency_proof(6, 7, mth) == [i, j, k]
    assert a == naive(LEAVES[:1])


@given(st.integers(1, 150), st.data())
def test_a_leaf_is_shown_to_be_there_and_no_other_one(size: int, data: st.DataObject) -> None:
    entries = entries_of(size)
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(index, size, of(entries))
    assert root_of_inclusion(leaf_hash(entries[index]), index, size, proof) == naive(entries)
    other = data.draw(st.integers(0, size - 1).filter(lambda n: n != index) if size > 1 else st.just(0))
    if other != index:
        assert shown(entries[other], index, size, proof) != naive(entries)
        assert shown(entries[index], other, size, proof) != naive(entries)
    for shorter in ([*proof, EMPTY], proof[:-1]):
        if shorter != proof:
            assert shown(entries[index], index, size, shorter) is None


def shown(entry: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    try:
        return root_of_inclusion(leaf_hash(entry), index, size, proof)
    except ValueError:
        return None


@given(st.integers(1, 120), st.integers(0, 120), st.data())
def test_a_tree_is_shown_to_begin_with_another(first: int, more: int, data: st.DataObject) -> None:
    entries = entries_of(first + more)
    before, after = naive(entries[:first]), naive(entries)
    proof = consistency_proof(first, first + more, of(entries))
    assert roots_of_consistency(first, first + more, before, proof) == (before, after)
    if proof:
        number = data.draw(st.integers(0, len(proof) - 1))
        changed = [*proof[:number], sha256(proof[number]).digest(), *proof[number + 1 :]]
        assert roots_of_consistency(first, first + more, before, changed) != (before, after)


@pytest.mark.parametrize(("first", "second"), [(0, 3), (4, 3)])
def test_what_is_no_beginning_has_no_proof(first: int, second: int) -> None:
    with pytest.raises(ValueError, match="does not begin"):
        consistency_proof(first, second, of(entries_of(second)))


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 512, 513, 700])
def test_tiles_give_the_same_tree(size: int) -> None:
    entries = entries_of(size)
    hashes = [leaf_hash(entry) for entry in entries]
    tiles: dict[Tile, list[bytes]] = {}
    level = 0
    while hashes:
        for number in range(-(-len(hashes) // WIDTH)):
            part = hashes[number * WIDTH : (number + 1) * WIDTH]
            tiles[Tile(level, number, len(part))] = part
        full = len(hashes) // WIDTH
        hashes = [naive(entries[n * 256 ** (level + 1) : (n + 1) * 256 ** (level + 1)]) for n in range(full)]
        level += 1
    partial = {tile for tile in tiles if tile.width < WIDTH}
    assert set(tiles_of(size)) == partial
    mth = subtree(tiles.__getitem__, size)
    assert tree_root(size, mth) == naive(entries)
    for index in {0, size // 2, size - 1}:
        assert inclusion_proof(index, size, mth) == inclusion_proof(index, size, of(entries))


def test_the_names_of_tiles_are_those_of_the_specification() -> None:
    assert numbered(1_234_067) == "x001/x234/067"
    assert [numbered(0), numbered(1_000), numbered(273, 112)] == ["000", "x001/000", "273.p/112"]
    assert Tile(1, 1, 17).path == "tile/1/001.p/17"
    assert entries_path(5) == "tile/entries/005"
    sizes = [(tile.level, tile.number, tile.width) for tile in tiles_of(70_000)]
    assert sizes == [(0, 273, 112), (1, 1, 17), (2, 0, 1)]
