"""The code for a rating: given with the result, once, so that nobody rates in the place of whoever took it."""

from msgspec.structs import replace

from domain.application.beside.reopening import Reopen
from domain.application.path.approvals import ApproveTask, ClaimTask
from domain.application.path.decision import Decide, MakeResultReady
from domain.application.path.evaluation import Evaluate
from domain.application.path.feedback import IssueResult, ResultIssued
from domain.application.path.rating_code import digest_of, kept
from domain.application.terms import Outcome, Status
from domain.record import ANONYMOUS, Actor, Role
from projections.views.open_work import OpenWork
from tests.office import (
    AT_A_WINDOW,
    CITIZEN,
    CODE,
    HASH,
    ISSUER,
    Office,
    decider,
    head,
    issued,
    ready,
    reviewer,
)

NOBODY = Actor(person=ANONYMOUS, role=Role.APPLICANT)
MISSING = "[missing right: the code given at the handing over]"


def test_nobody_rates_without_the_code_and_the_applicant_is_not_shut_out() -> None:
    """Given a result handed over, an issuer who praises himself without a code, and then with one that is made up."""
    office = issued("food")
    for code in (None, digest_of("C1", "AAAA-BBBB-CCCC")):
        assert MISSING in office.refused(Evaluate, NOBODY, grade=5, anonymous=True, code=code)
        assert MISSING in office.refused(Evaluate, CITIZEN, grade=5, code=code)
    office.when(Evaluate, NOBODY, grade=1, anonymous=True)
    assert (office.case().status, office.case().grade) == (Status.EVALUATED, 1)


def test_a_code_works_once() -> None:
    office = issued("food")
    office.when(Evaluate, CITIZEN, grade=5)
    assert "possible only while it is issued" in office.refused(Evaluate, CITIZEN, grade=1)


def test_a_code_is_of_its_case_and_typed_as_people_type() -> None:
    assert digest_of("C1", CODE) == digest_of("C1", " 7kqm 2xwd 9rtf ") != digest_of("C2", CODE)
    office = issued("food")
    assert MISSING in office.refused(Evaluate, CITIZEN, grade=5, code=digest_of("C2", CODE))


def test_what_is_read_in_the_records_does_not_rate() -> None:
    """Given a clerk who reads in the history what is kept of the code, and gives that instead."""
    office = issued("food")
    (event,) = (r.event for r in office.cases["application/C1"] if isinstance(r.event, ResultIssued))
    assert event.rating_code == kept(digest_of("C1", CODE))
    assert MISSING in office.refused(Evaluate, NOBODY, grade=5, anonymous=True, code=event.rating_code)


def test_a_result_is_handed_over_with_a_code() -> None:
    assert "a result needs a code for its rating" in ready("food").refused(
        IssueResult, ISSUER, **AT_A_WINDOW, rating_code=None
    )


def test_what_is_handed_over_again_after_an_appeal_has_a_code_of_its_own() -> None:
    office = issued("food")
    office.when(Evaluate, CITIZEN, grade=4)
    office.when(Reopen, head("market"), order="复议〔2025〕12号", reason="事实不清")
    for command in (ClaimTask, ApproveTask):
        office.when(command, reviewer("market"), task_id="food:market")
    office.when(Decide, decider("market"), outcome=Outcome.GRANTED)
    office.when(MakeResultReady, reviewer("market"), content_hash=HASH)
    another = digest_of("C1", "2222-3333-4444")
    office.when(IssueResult, ISSUER, **AT_A_WINDOW, rating_code=kept(another))
    assert MISSING in office.refused(Evaluate, CITIZEN, grade=5)
    office.when(Evaluate, CITIZEN, grade=5, code=another)


def before_there_were_codes() -> Office:
    """Given a history whose result was handed over without a code, as all were."""
    office = issued("food")
    records = office.cases["application/C1"]
    (at,) = (number for number, record in enumerate(records) if isinstance(record.event, ResultIssued))
    issue = records[at].event
    assert isinstance(issue, ResultIssued)
    records[at] = replace(records[at], event=ResultIssued(delivery=issue.delivery, window=issue.window))
    return office


def test_what_was_handed_over_before_there_were_codes_is_rated_by_the_applicant_alone() -> None:
    office = before_there_were_codes()
    refusal = office.refused(Evaluate, NOBODY, grade=5, anonymous=True)
    assert "was handed over without a code" in refusal
    assert "[missing right: the applicant's number]" in refusal
    office.when(Evaluate, CITIZEN, grade=2, code=None)
    assert office.case().grade == 2


def test_whoever_rated_anonymously_is_named_in_no_queue() -> None:
    """Those whom a bad grade is about read the queue in which its complaint stands."""
    columns = OpenWork.table.columns.keys()
    for by, anonymous, named in ((CITIZEN, False, True), (NOBODY, True, False)):
        office = issued("food")
        office.when(Evaluate, by, grade=1, anonymous=anonymous)
        ((*row,),) = OpenWork().of_case(office.case(), office.city)
        line = dict(zip(columns, row, strict=True))
        assert line["waits_for"] == "rating"
        assert (line["applicant_key"] is not None, line["applicant_box"] is not None) == (named, named)
