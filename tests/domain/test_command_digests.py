"""A command that was recorded by a released version answers as before (rule 8): its digest is what it was then."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from domain.application.path.approvals import ClaimTask
from domain.application.path.feedback import IssueResult
from domain.catalogue.publishing import PublishItem
from domain.command import Command
from domain.office.office import _digest
from tests.office import Listening, issued, reviewer

RELEASED = json.loads((Path(__file__).parent / "released_digests.json").read_text())
"""By command id: the command's name, and its SHA-256 as the released version computed it."""


@pytest.fixture(scope="module")
def given() -> dict[str, Command]:
    """Every command of the life of a case, and those that made its city, sealed."""
    office = Listening()
    issued("restaurant", office=office)
    given = {command.command_id: command.sealed(office.vault) for command in office.setting_up + office.asked}
    # when it was released, who reviewed could decide as well, and no item named the law for supplements
    food = given["setup-5"]
    assert isinstance(food, PublishItem)
    (issue,) = (name for name, command in given.items() if isinstance(command, IssueResult))
    return given | {
        issue: given[issue].model_copy(update={"rating_code": None}),  # there were no codes
        "c11": given["c11"].model_copy(update={"actor": reviewer("market")}),
        "setup-5": food.model_copy(update={"item": replace(food.item, supplement_law=None)}),
    }


@pytest.mark.parametrize("name", RELEASED)
def test_a_command_has_the_digest_that_it_had_when_it_was_released(name: str, given: dict[str, Command]) -> None:
    """A field that was added since is marked by ``ADDED``, so that it is not hashed while nobody says it."""
    kind, digest = RELEASED[name]
    assert (type(given[name]).__name__, _digest(given[name]).hex()) == (kind, digest)


def test_what_is_said_in_an_added_field_is_hashed() -> None:
    claim = ClaimTask(command_id="c", actor=reviewer("market"), case_id="C1", task_id="food:market")
    seen = claim.model_copy(update={"expected_version": 3})
    assert "expected_version" not in claim.model_dump_json()
    assert _digest(claim) != _digest(seen)
