"""When the notice and what is supplemented come, and what the notice may name. Scenarios S32 to S37."""

import pytest

from domain.application.consequences.lapses import DeemedAccepted, SupplementOverdue
from domain.application.path.acceptance import Accept
from domain.application.path.materials import CheckMaterial, GiveNotice, NoticeGiven, SubmitMaterial
from domain.application.terms import Verdict
from domain.catalogue.item import ItemVersion
from tests.domain.law.common_ground import P1, HallN, at, end_of, midnight_after, version_of_a
from tests.domain.law.test_supplements import MISSING, noticed
from tests.office import HASH

BY_PAPER = "本市行政许可程序规定 第十五条"
"""The rule of a place by which nothing lapses without a paper."""


def in_september(a: ItemVersion | None = None) -> HallN:
    """Given the notice of Monday 15 September: ten working days, the worked Sunday among them, are over on the 28th."""
    return HallN(a=a).on(9, 12).apply().check(A5=MISSING).on(9, 15).notice()


@pytest.mark.parametrize(("day", "hour", "minute", "in_time"), [(28, 16, 58, True), (29, 9, 1, False)])
def test_s32_the_last_moment(day: int, hour: int, minute: int, *, in_time: bool) -> None:
    """Given notice delivered Mon 15 Sep, period 10 wd: 16-19, 22-26 Sep, Sun 28 Sep (worked) -> ends Sun 28 Sep.
    When P1 (a) at the window 28 Sep 16:58, (b) online 28 Sep 22:00, (c) at the window Mon 29 Sep 09:01.
    Then (a), (b) in time; (c) late. Shown as "until Sunday 28 September, 17:00 at the window, 24:00 online"; never "29
    Sep 00:00". With calendar days: 10 days from delivery Mon 22 Sep -> 2 Oct is a holiday -> end of Thu 9 Oct.
    Two-way T01: business hours end the day for all channels / per channel. Choice per channel (CC 203(2) speaks of the
    place that has business hours).
    Source: CC 203.
    """
    office = in_september()
    assert office.case().answer_by == end_of(9, 28)
    office.on(9, day, hour, minute)
    if in_time:
        office.hand_in("A5").find_in_order("A5").accept()
    else:
        refusal = office.refused(SubmitMaterial, P1, material_id="A5", content_hash=HASH)
        assert "is not_accepted" in refusal


def test_s32_what_comes_online_has_time_until_24_00() -> None:
    """At 22:00 of Sunday 28 September the applicant hands A5 in by their own means, where the item says that this is in time (T01).

    The Civil Code (203) ends a period at the close of business where there is business; that this is another thing for what comes
    online is a rule of the place, so data of the item with its source.
    """
    online = version_of_a(online_until_midnight="本市政务服务条例 第三十条")
    office = in_september(online)
    assert office.case().answer_by == midnight_after(9, 28)
    office.on(9, 28, 22).hand_in("A5")
    office = in_september(online)
    assert "is not_accepted" in office.on(9, 29, 9, 1).refused(SubmitMaterial, P1, material_id="A5", content_hash=HASH)


def test_s33_the_notice_on_day_five() -> None:
    """Given received Fri 25 Apr: days 27 Apr (Sunday worked), 28, 29, 30 Apr, 6 May.
    When F1 gives the notice (a) Tue 6 May 16:00, (b) Wed 7 May 09:00.
    Then (a) valid, period of 10 wd to Tue 20 May; (b) refused: deemed accepted from Fri 25 Apr, statutory due Tue 27
    May.
    Two-way T13: "told" = sent / delivered within five days. Choice: given at the window or put into the applicant's
    electronic box in time; by post, handed to the post in time with its proof; the supplement's time always runs from
    delivery.
    Source: ALL 32(4), 82.
    """
    office = HallN().on(4, 25).apply().check(A5=MISSING).on(5, 6, 16).notice()
    assert office.case().answer_by == end_of(5, 20)


def test_s33_the_notice_on_day_six() -> None:
    """On Wednesday 7 May the application is deemed accepted from Friday 25 April; by law until Tuesday 27 May."""
    office = HallN().on(4, 25).apply().check(A5=MISSING)
    assert "is in_review" in office.on(5, 7, 9).refused(GiveNotice)
    office.look()
    assert office.act_of(DeemedAccepted).occurred_at == at(4, 25)
    assert office.limits()[1] == end_of(5, 27)


def test_s34_late_before_anybody_recorded_the_lapse() -> None:
    """Given period to Tue 18 Mar, nothing handed in; the lapse not yet recorded.
    When P1 hands in Wed 19 Mar 09:01.
    Then the period has lapsed by law at the end of 18 Mar; the paper is taken and recorded as late.
    Two-way T14: the office may still take it / must not. Choice: may, in the applicant's favour, until the lapse has
    its paper (data); it then counts as handed in on 19 Mar, accepted effective 19 Mar.

    An item without such a rule lapses by itself (T11, S23); one that has it (`lapse_by_paper`) takes what comes before the paper.
    """
    office = noticed(version_of_a(lapse_by_paper=BY_PAPER), A5=MISSING)
    office.on(3, 19, 9, 1).hand_in("A5").find_in_order("A5").accept()
    assert office.act_of(SupplementOverdue).occurred_at == end_of(3, 18)
    assert office.limits()[1] == end_of(4, 17)


def test_s35_by_post() -> None:
    """Given period to Tue 18 Mar.
    When the letter is posted Mon 17 Mar, arrives Thu 20 Mar.
    Two-way T15: posting / arrival counts.
    HP for promises: arrival. Choice: data; default arrival for promises (the commitment form says so), posting for
    supplements (no duty to use the window; proof = postmark).
    Then here: in time.
    Source: HP.

    The second reader: ALL 29 allows letters and says nothing of when they are in time; the rule of posting is that of appeals (ARL 88).
    So an item that takes what was posted has no lapse without a paper, as S34: the front desk waits for the post. The day of the
    postmark itself is not recorded.
    """
    office = noticed(version_of_a(lapse_by_paper=BY_PAPER), A5=MISSING)
    office.on(3, 19, 9).look()
    office.on(3, 20).when(SubmitMaterial, material_id="A5", content_hash=HASH)
    office.find_in_order("A5").accept()


def test_s36_nothing_abolished_and_nothing_foreign_in_a_notice() -> None:
    """Given item A v2 without A4.
    When F1's notice of 4 Mar names A4, or "proof of no criminal record" not in the version.
    Then refused, naming the version's list; no notice is used up.
    Source: rule 3; ALL 31.
    """
    papers = tuple(each for each in version_of_a().materials if each.material_id != "A4")
    office = HallN(a=version_of_a(materials=papers)).on(3, 3).apply()
    for foreign in ("A4", "no-criminal-record"):
        assert "is not asked for" in office.refused(CheckMaterial, material_id=foreign, verdict=MISSING)
    office.check(A5=MISSING).on(3, 4).notice()
    (given,) = office.events(NoticeGiven)
    assert isinstance(given, NoticeGiven)
    assert [line.material_id for line in given.lines] == ["A5"]


def test_s37_a_second_department_comes_too_late_with_its_wish() -> None:
    """Given A + B received Mon 3 Mar; F1's notice of Wed 5 Mar names A5.
    When R2 asks F1 on Fri 7 Mar to notify that B3 lacks.
    Then refused: one notice an application, and it is out; B3 cannot be held against P1: B is accepted when A5 is in;
    R2 decides on conditions, may have the installation tested (a ground of 45).
    Hall duty: the notice is collected from all departments before it goes out.
    Source: rule 4.
    """
    office = HallN().on(3, 3).apply("A", "B").check(A5=MISSING).on(3, 5).notice()
    assert "has had its one-time notice" in office.on(3, 7).refused(GiveNotice)
    lacking = {"material_id": "B3", "verdict": MISSING}
    assert "was handed in" in office.refused(CheckMaterial, **lacking)
    defective = {"material_id": "B3", "verdict": Verdict.DEFECTIVE, "reason": "缺检测报告"}
    assert "did not name B3" in office.refused(CheckMaterial, **defective)
    office.hand_in("A5").find_in_order("A5").when(Accept)
