"""Identifiers: two that look the same are the same, none hides anything, and what is recorded is taken as it stands."""

import re
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from domain.application.command import CaseNumber, LoggedNumber
from domain.application.path.approvals import ClaimTask
from domain.identifier import ON_RECORD, PLAIN
from domain.record import CommandId, Identifier, Naming

KINDS: dict[str, Any] = {
    "Identifier": Identifier,
    "Naming": Naming,
    "CommandId": CommandId,
    "CaseNumber": CaseNumber,
    "LoggedNumber": LoggedNumber,
}
LOOK_LIKE_A = {
    "a blank behind": "A ",
    "a blank in front": " A",
    "a wide blank": "A\u3000",
    "a blank that does not break": "\u00a0A",
    "a byte-order mark": "\ufeffA",
    "a space of no width": "A\u200bB",
    "a joiner at an end": "A\u200d",
    "a mark of direction": "A\u200eB",
    "an Arabic mark of direction": "\u061cA",
    "writing turned round": "A\u202eB",
    "an isolate": "A\u2066B",
    "a separator of lines": "A\u2028B",
    "a separator of paragraphs": "A\u2029B",
    "an end of line": "A\nB",
    "a tab": "A\tB",
    "a control character": "A\x1b[2J",
    "C1": "A\x9bB",
    "DEL": "A\x7f",
    "a soft hyphen": "A\u00adB",
    "a choice of form": "A\ufe0f",
    "a tag": "A\U000e0041",
    "a filler": "A\u3164",
    "an option": "-A",
    "half a character": "A\ud800",
    "nothing": "",
}
TAKEN = (
    "A",
    "H1-20250303-0001",
    "food:review",
    "办件 1",
    "号/2025",
    "نامه\u200cها",
    "Ａ",
    "=1+1",
    "a-b",
    "中\u3000文",
    "é",
)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("about", LOOK_LIKE_A)
def test_what_looks_like_another_is_refused(kind: str, about: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(KINDS[kind]).validate_python(LOOK_LIKE_A[about])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", TAKEN)
def test_any_script_is_taken_as_it_is_in_one_form(kind: str, text: str) -> None:
    taken = TypeAdapter(KINDS[kind]).validate_python
    assert taken(text) == text
    assert taken(unicodedata.normalize("NFD", text)) == text
    assert re.search(PLAIN, text)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8))
def test_what_is_taken_is_in_one_form_and_looks_as_what_it_is(text: str) -> None:
    try:
        taken = TypeAdapter(Identifier).validate_python(text)
    except ValidationError:
        return
    assert taken == unicodedata.normalize("NFC", text)
    assert taken == taken.strip()
    assert not taken.startswith("-")
    unseen = [each for each in taken if unicodedata.category(each) in ("Cc", "Cf", "Zl", "Zp")]
    visible_format = {"\u200c", "\u200d"}
    assert all(each in visible_format or unicodedata.name(each, "").startswith(SIGNS) for each in unseen), unseen
    assert re.search(PLAIN, taken), taken


SIGNS = ("ARABIC", "SYRIAC ABBREVIATION", "KAITHI", "EGYPTIAN")
"""Characters of format that are drawn, or stand before a number and enclose it."""


def test_the_refusal_names_the_character() -> None:
    for text, says in {
        "A\u200b": "holds the character U+200B, which nobody sees there",
        "\ufeffA": "U+FEFF",
        "A ": "begins or ends with a blank",
        "-A": "begins with `-`",
    }.items():
        with pytest.raises(ValidationError, match=re.escape(says)):
            TypeAdapter(Identifier).validate_python(text)


@pytest.mark.parametrize(
    "about", [about for about, text in LOOK_LIKE_A.items() if text and re.match(r"[^\x00-\x1f ]", text)]
)
def test_a_command_about_what_is_recorded_takes_it_as_it_stands(about: str) -> None:
    name = LOOK_LIKE_A[about]
    fields = {"command_id": "c", "actor": {"person": "R1", "role": "reviewer"}, "case_id": name, "task_id": "t"}
    with pytest.raises(ValidationError):
        ClaimTask.model_validate(fields)
    if not re.search("[\t\n\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", name):  # never were taken
        assert ClaimTask.model_validate(fields, context=ON_RECORD).stream_id == f"application/{name}"
