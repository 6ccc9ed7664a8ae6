"""Test vectors: the bytes that are hashed are these, for as long as there are records."""

from hashlib import sha256

from adapters.store.chain import GENESIS, chained, digest, linked

ROW = (
    "application/2025-0001",
    1,
    "application.withdrawn",
    1,
    "2025-03-03T01:00:00.000000Z",
    '{"actor":{"person":"P1"}}',
    '{"reason":"不再办理"}',
)


def test_the_digest_is_of_each_column_behind_its_length() -> None:
    texts = [str(value).encode() for value in ROW]
    assert digest(*ROW) == sha256(b"".join(len(t).to_bytes(8, "big") + t for t in texts)).digest()
    assert digest(*ROW).hex() == "a102ec372d2e57122fa307aa922f44d2e74e787537e1f72525c22a050402a38f"


def test_the_hash_chains_a_history_and_the_link_the_log() -> None:
    first = chained(GENESIS, digest(*ROW))
    assert first.hex() == "e00a01de3062ca1cd6f16db9a46da657ecdf9f17ae412b75e10480eceba4aeab"
    assert linked(GENESIS, 1, first).hex() == "ddff36c4e1d60207dc964e53330bec38b8d46e48a78a10598ef601cd44f9bd35"
    assert chained(first, digest(*ROW)) != first
    assert linked(GENESIS, 2, first) != linked(GENESIS, 1, first)


def test_no_two_rows_are_written_alike() -> None:
    moved = (ROW[0] + "1", *ROW[1:])
    shifted = (*ROW[:5], ROW[5] + ROW[6][:1], ROW[6][1:])
    assert len({digest(*ROW), digest(*moved), digest(*shifted)}) == 3
