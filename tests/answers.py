"""What a command answers to programs, held to its JSON Schema."""

import json
from collections.abc import Sequence
from functools import cache

from jsonschema import Draft202012Validator

from adapters.cli.answers.schemas import answering, schema_of
from adapters.cli.error_object import for_programs

LONGEST_NAME = 2
"""A command is one word, or one in a group."""


def held_to_schema(words: Sequence[str], out: str) -> None:
    """Fail where a command was asked for JSON, answered, and its answer is not as its schema says."""
    command = command_of(words)
    if command is None or not out.strip() or not for_programs(words):
        return
    answer = json.loads(out)
    wrong = sorted(validator_of(command).iter_errors(answer), key=str)
    assert not wrong, f"{command}: {wrong[0].message} at {list(wrong[0].absolute_path)}"


def command_of(words: Sequence[str]) -> str | None:
    """The command that these words begin with, options of the whole command line and of its group left out."""
    named: list[str] = []
    rest = iter(words)
    for word in rest:
        if word.startswith("-"):
            if "=" not in word:
                next(rest, None)
            continue
        named.append(word)
        if " ".join(named) in _answering():
            return " ".join(named)
        if len(named) == LONGEST_NAME:
            break
    return None


@cache
def _answering() -> frozenset[str]:
    return frozenset(answering())


@cache
def validator_of(command: str) -> Draft202012Validator:
    """The validator of what a command answers."""
    return Draft202012Validator(schema_of(command))
