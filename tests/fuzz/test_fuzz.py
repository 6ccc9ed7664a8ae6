"""A few hundred inputs for each reader, in a process of its own; `make fuzz` has many more, and larger ones."""

import json
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from tests.fuzz.mutation import mutated
from tests.fuzz.run import MOST_MEGABYTES, Fuzzing
from tests.fuzz.targets import TARGETS, seeds
from tests.loaded import ROOT

EXAMPLES = 300


@pytest.mark.no_cover
@pytest.mark.parametrize("target", TARGETS)
def test_a_reader_refuses_with_a_sentence_or_takes_it(target: str) -> None:
    """Given inputs made of seeds, then each is taken or refused in a sentence, within the memory that is stated."""
    words = [sys.executable, "-m", "tests.fuzz.run", target, "--examples", str(EXAMPLES)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["found"] == []
    assert told["inputs"] == EXAMPLES + told["seeds"]
    assert 0 < told["peak_megabytes"] < MOST_MEGABYTES


@pytest.mark.parametrize("target", TARGETS)
def test_the_same_seed_makes_the_same_inputs(target: str) -> None:
    def made(seed: int) -> list[bytes]:
        random = Random(seed)
        return [mutated(random, target, seeds(target)) for _ in range(50)]

    assert made(7) == made(7) != made(8)


def test_an_input_that_takes_too_long_is_stopped_and_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a reader that does not end, then its input is found."""

    def endless(content: bytes, _: object) -> None:
        while content:
            pass

    monkeypatch.setitem(TARGETS, "csv", endless)
    monkeypatch.setattr("tests.fuzz.run.FOUND", tmp_path / "found")
    monkeypatch.setattr("tests.fuzz.run.SLOWEST_SECONDS", 0.05)
    fuzzing = Fuzzing("csv", 1, tmp_path)
    fuzzing.take(b"x")
    assert [each["what"] for each in fuzzing.found if "one input" in each["what"]]


def test_what_is_no_refusal_is_found_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Given a reader with a defect, then its input lies in a file, and the run says where."""

    def broken(content: bytes, _: object) -> None:
        if b"9" in content:
            raise KeyError(content)

    monkeypatch.setitem(TARGETS, "csv", broken)
    monkeypatch.setattr("tests.fuzz.run.FOUND", tmp_path / "found")
    fuzzing = Fuzzing("csv", 1, tmp_path)
    fuzzing.seeds_themselves()
    fuzzing.take(b"no digit")
    inputs = [Path(each["input"]) for each in fuzzing.found if "KeyError" in each["what"]]
    assert inputs
    assert all(b"9" in file.read_bytes() for file in inputs)
    assert str(inputs[0]) in capsys.readouterr().err
