"""Nobody types a role: it is found in the posts of who acts, where several roles may do it."""

from pathlib import Path

import pytest

from domain.record import Role
from tests.adapters.cli.city import a_city, opened
from tests.databases import Copied
from tests.terminal import onewindow

CASE = "C1"
MARKET = ("--department", "market")


@pytest.fixture
def office(copied: Copied) -> str:
    """An accepted application of a department whose heads B1 and B2 hold no post as reviewers."""
    return copied(a_city)


def test_a_head_reviews_and_another_decides_with_no_other_post(office: str, tmp_path: Path) -> None:
    given = (
        ("task", "claim", CASE, "food:review", *MARKET, "--by", "B1"),
        ("task", "approve", CASE, "food:review", *MARKET, "--by", "B1"),
        ("case", "decide", CASE, "--outcome", "granted", *MARKET, "--by", "B2"),
    )
    for words in given:
        answer = onewindow(office, tmp_path, *words)
        assert (answer.code, answer.err) == (0, ""), words
    with opened(office, tmp_path) as found:
        roles = [(r.act.actor.person, r.act.actor.role) for r in found.office.history(CASE)[-3:]]
    assert roles == [("B1", Role.HEAD), ("B1", Role.HEAD), ("B2", Role.HEAD)]


def test_a_reviewer_stays_one_and_whoever_holds_no_such_post_is_told_what_they_hold(
    office: str, tmp_path: Path
) -> None:
    assert onewindow(office, tmp_path, "task", "claim", CASE, "food:review", *MARKET, "--by", "R1").code == 0
    with opened(office, tmp_path) as found:
        assert found.office.history(CASE)[-1].act.actor.role is Role.REVIEWER
    refused = onewindow(office, tmp_path, "case", "decide", CASE, "--outcome", "granted", *MARKET, "--by", "I1")
    assert (refused.code, "I1 is no reviewer" in refused.err, "issuer in hall H1" in refused.err) == (13, True, True)
