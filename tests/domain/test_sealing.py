"""Personal data never comes into an event in the clear, whoever forgot to seal it and however Python was started."""

from typing import Any

import pytest

from domain.application.path.evaluation import Evaluate
from domain.application.path.feedback import IssueResult
from domain.application.path.intake import RegisterIntake
from domain.application.terms import Channel
from domain.command import Command
from domain.people.joining import JoinStaff
from domain.record import Actor, Role
from domain.sealing import NotSealed
from tests.office import AT_A_WINDOW, CITIZEN, CLERK, ISSUER, OPERATOR, Office, applicant, issued, ready


@pytest.mark.parametrize(
    ("office", "kind", "by", "fields"),
    [
        (
            Office,
            RegisterIntake,
            CLERK,
            {"items": ("food",), "channel": Channel.WINDOW, "hall": "H1", "window": "W1", "applicant": applicant()},
        ),
        (issued, Evaluate, CITIZEN, {"grade": 5, "comment": "王小明很满意"}),
        (ready, IssueResult, ISSUER, {**AT_A_WINDOW, "receiver": "王小明"}),
        (
            Office,
            JoinStaff,
            OPERATOR,
            {"person": "R77", "person_name": "王小明", "role": Role.REVIEWER, "department": "market", "hall": None},
        ),
    ],
    ids=["applicant", "comment", "receiver", "staff"],
)
def test_what_nobody_sealed_is_not_recorded(
    office: Any, kind: type[Command], by: Actor, fields: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    there = office()
    before = {name: list(records) for name, records in there.cases.items()}
    monkeypatch.setattr(kind, "sealed", lambda command, vault: command)
    with pytest.raises(NotSealed, match="sealed before a command is decided"):
        there.when(kind, by, **fields)
    assert {name: records for name, records in there.cases.items() if records} == {n: r for n, r in before.items() if r}
