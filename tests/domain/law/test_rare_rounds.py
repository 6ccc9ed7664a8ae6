"""Duplicates, appeals about one part, and promises that outlive a round. Scenarios S91, S92, S96 to S98 and S108, with their sums."""

from datetime import date

from domain.application.beside.merging import KeepDuplicate, MergeInto
from domain.application.consequences.lapses import DeferralLapsed, HandingOverHeld
from domain.application.limits.extension import ExtendLimit
from domain.application.limits.suspension import ResumeClock, StopClock
from domain.application.path.evaluation import Evaluate
from domain.application.terms import Ground, Outcome, Status
from tests.domain.law.common_ground import D2, H1, P1, R2, R3, R4, HallN, at, end_of, version_of_b
from tests.domain.law.test_deferred import BY_14_MARCH
from tests.domain.law.test_items_and_packages import GRANTED, PARTLY, REFUSED, b_refused
from tests.office import material

SAME = {"other_applicant": "P1", "reason": "重复登记"}
HEARING = {"suspension_id": "h", "ground": Ground.HEARING, "notice": "听证通知书", "presided_by": "D2"}
TOLD = {"notice": "延期告知书"}


def merged(office: HallN, *items: str) -> HallN:
    """When C1 ends in favour of C2."""
    office.when(MergeInto, other="C2", other_items=items, **SAME)
    office.when(KeepDuplicate, case_id="C2", other="C1", other_items=items, **SAME)
    return office


def test_s91_the_promise_of_a_duplicate_binds_nobody() -> None:
    """Given C1 for item A of P1, accepted Mon 3 Mar, A4 promised for Fri 14 Mar; and C2 for the same, accepted Wed 5 Mar with A4.
    When C1 is merged into C2 on Mon 10 Mar. Then 14 Mar passes without a lapse and without a breach, since what was promised
    is in the file of C2; C2 keeps its own limits: 6, 7 (2), 10 .. 14 (7), 17 .. 21 (12), 24 .. 28 (17), 31 Mar, 1, 2 Apr (20).
    Two-way T35 speaks of the limits of the older one: which goes on is the office's choice; it should be the older one.
    Source: ALL 32; a duplicate is one application.
    """
    office = HallN().on(3, 3).accepted(A4=BY_14_MARCH).on(3, 5).accepted(case_id="C2")
    merged(office.on(3, 10), "A")
    office.on(3, 17, 9).look()
    assert not office.events(DeferralLapsed)
    assert (office.case().result, office.case().outcome) == ("merged", None)
    assert office.limits("C2")[1] == end_of(4, 2)


def test_s92_a_case_whose_hearing_is_under_way_does_not_end_as_a_duplicate() -> None:
    """Given C1 for item B, accepted Mon 3 Mar, its hearing summoned on Tue 11 Mar; and C2 for the same, accepted Mon 10 Mar.
    When C1 is merged into C2 on Wed 12 Mar. Then refused: C2 could be decided without the hearing to which P1 has a right
    (ALL 46, 47, 48); C2 is merged into C1 instead, or the hearing ends first.
    """
    office = HallN()
    office.on_the_staff(D2)
    office.on(3, 3).accepted("B").on(3, 10).accepted("B", case_id="C2")
    office.on(3, 11, 9).when(StopClock, R2, **HEARING)
    refusal = office.on(3, 12).refused(MergeInto, other="C2", other_items=("B",), **SAME)
    assert "article 48" in refusal
    office.when(MergeInto, case_id="C2", other="C1", other_items=("B",), **SAME)
    assert office.case("C2").status is Status.MERGED


def test_s92_after_its_hearing_it_may() -> None:
    office = HallN()
    office.on_the_staff(D2)
    office.on(3, 3).accepted("B").on(3, 10).accepted("B", case_id="C2")
    office.on(3, 11, 9).when(StopClock, R2, **HEARING)
    office.on(3, 21).when(ResumeClock, R2, suspension_id="h")
    assert merged(office, "B").case().status is Status.MERGED


def test_s96_the_appeal_of_one_part_and_the_limits_of_the_package() -> None:
    """Given K2 accepted Mon 3 Mar; A granted and B refused on Thu 20 Mar, handed over on Fri 21 Mar, rated "very satisfied".
    When the order of Mon 9 Jun annuls the refusal of B. Then B alone opens again; the new round has the package's 45 days from
    then: 10 .. 13 Jun (4), five in each of the eight weeks until 8 Aug (44), 11 Aug (45): Mon 11 Aug.
    R4 approves on Thu 12 Jun; granted, handed over again; the grade of the first round stays.
    Two-way T43: the package's limit / that of the item that is left, Mon 7 Jul. Choice: the package's; data, as T18.
    Source: ALL 26, 42(2); ARL 64.
    """
    office = b_refused(package="K2").on(3, 20).decide(PARTLY).on(3, 21).result_ready().hand_over()
    office.when(Evaluate, P1, grade=5)
    office.on(6, 9).reopen(items=("B",))
    assert office.limits()[1] == end_of(8, 11)
    assert [task.task_id for task in office.case().tasks.values() if task.unsettled] == ["B:review"]
    office.on(6, 12).approve("B:review", R4).decide(GRANTED).result_ready().hand_over()
    assert (office.case().item_outcomes, office.case().grade) == ({"A": GRANTED, "B": GRANTED}, 5)


def test_s97_a_new_round_may_be_extended_once_more() -> None:
    """Given item A accepted Mon 3 Mar, extended on Fri 14 Mar, refused Thu 10 Apr; the order of Mon 9 Jun annuls it.
    When H1, who handled nothing, extends on Fri 13 Jun. Then allowed, once: it is another decision, with twenty days of
    its own until Mon 7 Jul (10 .. 13 = 4, 16 .. 20 = 9, 23 .. 27 = 14, 30 Jun .. 4 Jul = 19, 7 Jul = 20) and ten more:
    8 .. 11 (4), 14 .. 18 (9), 21 Jul (10): Mon 21 Jul. A further one is refused.
    Source: ALL 42(1): one extension for each decision.
    """
    office = HallN().on(3, 3).accepted()
    office.on(3, 14).when(ExtendLimit, H1, **TOLD)
    office.on(4, 10).refuse().decide(REFUSED).on(6, 9).reopen()
    assert office.limits()[1] == end_of(7, 7)
    office.on(6, 13).when(ExtendLimit, H1, **TOLD)
    assert office.limits()[1] == end_of(7, 21)
    assert "has had its one extension" in office.on(6, 16).refused(ExtendLimit, H1, **TOLD)


def test_s98_a_promise_that_was_moot_does_not_undo_the_appeal() -> None:
    """Given A4 promised for Fri 14 Mar and A refused on Wed 12 Mar, so that the promise was moot (S03).
    When the order of Mon 9 Jun annuls the refusal. Then the case is not returned on the 10th for a promise of March: its day
    was in the months that belong to nobody. A4 is owed still: it holds back the handing over until it is in.
    Source: ALL 8, 44; ARL 64 (the order is carried out, not undone by the office).
    """
    office = HallN().on(3, 3).accepted(A4=BY_14_MARCH).on(3, 12).refuse().decide(REFUSED)
    office.on(6, 9).reopen().on(6, 10, 9).look()
    assert not office.events(DeferralLapsed)
    assert office.case().status is Status.IN_REVIEW
    office.on(6, 11).approve(by=R3).decide().result_ready()
    assert "A4 not handed in and accepted yet" in office.held_over()
    office.hand_in("A4").find_in_order("A4").hand_over()


def test_s98_a_promise_that_was_made_again_after_the_appeal_binds() -> None:
    """A4 is promised anew for Friday 20 June; it lapses at the end of that day."""
    office = HallN().on(3, 3).accepted(A4=BY_14_MARCH).on(3, 12).refuse().decide(REFUSED).on(6, 9).reopen()
    office.on(6, 10).defer("A4", date(2025, 6, 20)).on(6, 23, 9).look()
    assert office.act_of(DeferralLapsed).occurred_at == at(6, 21, 0)


def shared_lease(outcome_of_a: Outcome) -> HallN:
    """Given A and B, which share the lease A5, promised for 14 March; on the 12th one is granted, the other refused."""
    lease = (*version_of_b().materials, material("A5", deferrable=True))
    office = HallN(b=version_of_b(materials=lease)).on(3, 3).accepted("A", "B", A5=BY_14_MARCH).on(3, 12)
    if outcome_of_a is GRANTED:
        office.approve().refuse("B:review", R2)
    else:
        office.refuse().approve("B:review", R2)
    return office.decide(PARTLY).result_ready()


def test_s108_a_paper_that_two_items_share_is_owed_as_long_as_one_of_them_is_granted() -> None:
    """Given the lease A5, promised for Fri 14 Mar, which A and B share; decided on Wed 12 Mar, A granted and B refused, or B
    granted and A refused. When 14 Mar passes. Then nothing is returned; the handing over waits for A5 either way, since the
    granted one asks for it. P1 brings it on Wed 19 Mar: handed over. Source: ALL 8, 38, 44.
    """
    for outcome in (GRANTED, REFUSED):
        office = shared_lease(outcome)
        office.on(3, 17, 9).look()
        assert office.events(HandingOverHeld)
        assert not office.events(DeferralLapsed)
        assert "A5 not handed in" in office.held_over()
        office.on(3, 19).hand_in("A5").find_in_order("A5").hand_over()


def test_s108_a_paper_that_only_the_refused_item_asks_for_holds_nothing_back() -> None:
    office = HallN().on(3, 3).accepted("A", "B", B3=BY_14_MARCH).on(3, 12).approve().refuse("B:review", R2)
    office.decide(PARTLY).result_ready().on(3, 17, 9).hand_over()
    assert not office.events(HandingOverHeld)
