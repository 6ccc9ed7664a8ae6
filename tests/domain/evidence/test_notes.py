"""Signed notes, checkpoints and proofs as https://c2sp.org writes them; what is written in another way is refused."""

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.evidence.checkpoint import Checkpoint, read_checkpoint
from domain.evidence.entry import Entry, entry_of, unpacked
from domain.evidence.note import BadNote, Note, Signature, read_note, read_verifier
from domain.evidence.proof import Proof, read_proof
from domain.evidence.tree import inclusion_proof, leaf_hash, tree_root
from tests.domain.evidence.test_tree import of

KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
NOTE = (
    "This is an example message.\n\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
"""The example of the specification."""


def test_the_example_of_the_specification_is_read_and_written_the_same() -> None:
    note = read_note(NOTE)
    key = read_verifier(KEY)
    assert note.text == "This is an example message.\n"
    assert key.own(note) == list(note.signatures)
    assert (note.written(), key.written()) == (NOTE, KEY)


@pytest.mark.parametrize(
    "written",
    [
        "", "text\n", NOTE[:-1], NOTE.replace("—", "-"), NOTE.replace("Uw2Q", "Uw2*"), NOTE.replace("foo Uw", "foo  Uw"),
        NOTE.replace(" example.com/foo ", " a+b "), "\x01" + NOTE, NOTE.replace("aQM=", "aQN="), "a" * 200_000 + "\n\n",
    ],
)  # fmt: skip
def test_what_is_no_note_is_refused(written: str) -> None:
    with pytest.raises(BadNote):
        read_note(written)


@pytest.mark.parametrize("key", ["", "a+b", KEY.replace("530d", "530e"), KEY[:-4], KEY.replace("+A", "+B")])
def test_what_is_no_verifier_key_is_refused(key: str) -> None:
    with pytest.raises(BadNote):
        read_verifier(key)


@given(st.integers(0, 2**40), st.binary(min_size=32, max_size=32))
def test_a_checkpoint_is_read_as_it_was_written(size: int, root: bytes) -> None:
    checkpoint = Checkpoint("example.gov.cn/onewindow", size, root)
    assert read_checkpoint(checkpoint.text()) == checkpoint


@pytest.mark.parametrize(
    "text", ["", "a\n1\n", "a\n01\n{0}\n", "a\n-1\n{0}\n", "a\n1\n{0}\nmore\n", "a\n1\nAA==\n", "\n1\n{0}\n"]
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        read_checkpoint(text.replace("{0}", b64encode(bytes(32)).decode()))


@given(st.integers(1, 40), st.data())
def test_a_proof_is_read_as_it_was_written_and_no_byte_of_it_can_be_another(size: int, data: st.DataObject) -> None:
    entries = [entry_of(f"application/{n}", n, bytes([n]) * 32) for n in range(1, size + 1)]
    packed = [entry.packed() for entry in entries]
    index = data.draw(st.integers(0, size - 1))
    checkpoint = Checkpoint("log", size, tree_root(size, of(packed)))
    note = Note(checkpoint.text(), (Signature("log", b"1234", b"signature"),))
    proof = Proof(entries[index], index, tuple(inclusion_proof(index, size, of(packed))), note)
    written = proof.written()
    assert read_proof(written) == proof
    assert proof.checkpoint() == checkpoint
    place = data.draw(st.integers(0, len(written) - 1))
    other = data.draw(st.characters(min_codepoint=32, max_codepoint=126).filter(lambda c: c != written[place]))
    changed = written[:place] + other + written[place + 1 :]
    try:
        found = read_proof(changed)
        found.checkpoint()
    except BadNote:
        return
    assert found[:3] == proof[:3]
    assert found.note != note  # what the key signed: looked at by whoever has it


def test_an_entry_is_72_bytes_that_name_nobody() -> None:
    entry = entry_of("application/C1", 3, bytes(range(32)))
    assert len(entry.packed()) == 72
    assert unpacked(entry.packed()) == entry
    assert leaf_hash(entry.packed()) != leaf_hash(Entry(entry.history, 4, entry.row_hash).packed())
    with pytest.raises(ValueError, match="72 bytes"):
        unpacked(b"short")
