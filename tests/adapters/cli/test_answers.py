"""A contract for programs: every command with ``--format`` has a type and a schema of its answer, and its answers are as they say."""

import pytest
from jsonschema import Draft202012Validator, ValidationError

from adapters.cli.answers.registry import ANSWERS
from adapters.cli.answers.schemas import FOLDER, answering, schema_of, schemas
from tests.answers import command_of, validator_of


def test_every_command_that_answers_programs_has_a_schema_file_and_no_other_is_named() -> None:
    assert {file.name: file.read_text(encoding="utf-8") for file in FOLDER.iterdir()} == schemas(), "run `make schemas`"
    assert set(ANSWERS) <= set(answering())


@pytest.mark.parametrize("command", answering())
def test_a_schema_is_one_and_its_objects_are_described(command: str) -> None:
    schema = schema_of(command)
    Draft202012Validator.check_schema(schema)
    undescribed = [name for name, part in schema.get("$defs", {}).items() if not part.get("description")]
    ours = [name for name in undescribed if "properties" in schema["$defs"][name]]
    assert not ours


def test_an_answer_with_another_field_or_type_is_refused() -> None:
    right = {"case": "C1", "position": 3}
    validator_of("case accept").validate(right)
    for wrong in ({**right, "more": 1}, {"case": "C1"}, {**right, "position": "3"}, [right]):
        with pytest.raises(ValidationError):
            validator_of("case accept").validate(wrong)


def test_a_command_is_known_by_its_words_whatever_stands_before() -> None:
    assert command_of(["--lang", "zh", "case", "--expect-version", "3", "accept", "C1"]) == "case accept"
    assert command_of(["queue", "--department", "D"]) == "queue"
    assert command_of(["case", "--help"]) is None
