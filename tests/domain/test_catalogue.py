"""The catalogue as history: one thing changes by an order, and anybody can ask what was required on any day."""

from datetime import date
from typing import Any

from domain.application.path.intake import RegisterIntake
from domain.application.terms import Channel
from domain.catalogue.publishing import PublishItem, ReviseItem
from domain.catalogue.reform import (
    AbolishMaterial,
    AddMaterial,
    ChangeLimits,
    MakeDeferrable,
    ShareMaterial,
    TakeOnline,
    WithdrawItem,
)
from tests.office import CITIZEN, OPERATOR, Office, applicant, days, item, material, received

FROM = date(2025, 3, 10)
BY_ORDER: dict[str, Any] = {"item_id": "food", "effective_from": FROM, "reason": "可由系统核验", "order": "改革令 12"}


def asked(office: Office, day: date, item_id: str = "food") -> list[str]:
    return [m.material_id for m in office.city.item(item_id).in_force(day).asked_for()]


def test_a_material_is_abolished_by_an_order_from_a_day_on() -> None:
    office = Office()
    office.when(AbolishMaterial, OPERATOR, **BY_ORDER, material_id="lease")
    assert asked(office, date(2025, 3, 9)) == ["id", "lease"]
    assert asked(office, FROM) == ["id"]
    (gone,) = [m for m in office.city.item("food").versions[-1].materials if m.abolished]
    assert (gone.material_id, gone.abolished) == ("lease", "改革令 12")
    refusal = office.refused(AbolishMaterial, OPERATOR, **BY_ORDER, material_id="lease")
    assert "material lease was abolished already by 改革令 12" in refusal


def test_rule_3_a_material_abolished_in_the_pinned_version_is_never_asked_for_and_a_running_case_still_brings_it() -> (
    None
):
    office = received("food")
    office.when(AbolishMaterial, OPERATOR, **{**BY_ORDER, "effective_from": date(2025, 3, 3)}, material_id="lease")
    later = received("food", office=office, case_id="C2")
    pinned = [office.case(case).items[0].version for case in ("C1", "C2")]
    assert pinned == [1, 2]
    assert [len(later.city.item("food").at(version).asked_for()) for version in pinned] == [2, 1]


def test_one_more_material_is_asked_for_and_may_be_deferred() -> None:
    office = Office()
    office.when(AddMaterial, OPERATOR, **BY_ORDER, material=material("photo"))
    office.when(MakeDeferrable, OPERATOR, **BY_ORDER, material_id="photo")
    assert asked(office, FROM) == ["id", "lease", "photo"]
    assert office.city.item("food").in_force(FROM).materials[-1].deferrable
    assert "is deferrable already" in office.refused(MakeDeferrable, OPERATOR, **BY_ORDER, material_id="photo")
    assert "id appears twice" in office.refused(AddMaterial, OPERATOR, **BY_ORDER, material=material("id"))


def test_a_material_takes_the_name_under_which_other_items_ask_for_it() -> None:
    office = Office()
    office.when(ShareMaterial, OPERATOR, **BY_ORDER, material_id="lease", shared_as="premises")
    assert asked(office, FROM) == ["id", "premises"]
    assert "has no material lease; it has id, premises" in office.refused(
        ShareMaterial, OPERATOR, **BY_ORDER, material_id="lease", shared_as="x"
    )
    assert "has that name already" in office.refused(
        ShareMaterial, OPERATOR, **BY_ORDER, material_id="id", shared_as="id"
    )


def test_limits_are_cut_but_never_beyond_what_the_law_allows() -> None:
    office = Office()
    shorter = item("market", decision=days(3)).limits
    office.when(ChangeLimits, OPERATOR, **BY_ORDER, limits=shorter)
    assert office.city.item("food").in_force(FROM).limits.decision == days(3)
    assert "the item has these limits already" in office.refused(ChangeLimits, OPERATOR, **BY_ORDER, limits=shorter)
    longer = item("market", decision=days(21)).limits
    assert "exceed the statutory 20" in office.refused(ChangeLimits, OPERATOR, **BY_ORDER, limits=longer)


def test_an_item_that_is_said_not_to_be_online_is_put_online() -> None:
    office = Office()
    given = item("market", materials=[material("id")], online=False)
    office.when(PublishItem, OPERATOR, item_id="permit", item=given)
    online: dict[str, Any] = {"items": ("permit",), "channel": Channel.ONLINE, "hall": "H1", "applicant": applicant()}
    assert "service item permit is not online" in office.refused(RegisterIntake, CITIZEN, **online)
    order = {**BY_ORDER, "item_id": "permit", "effective_from": date(2025, 3, 3)}
    office.when(TakeOnline, OPERATOR, **order)
    office.when(RegisterIntake, CITIZEN, **online)
    assert "it is online already" in office.refused(TakeOnline, OPERATOR, **order)


def test_a_withdrawn_item_is_not_taken_in_any_more_and_not_changed() -> None:
    office = Office()
    office.when(WithdrawItem, OPERATOR, **{**BY_ORDER, "effective_from": date(2025, 3, 3)})
    given = {"items": ("food",), "channel": Channel.WINDOW, "hall": "H1", "window": "W1", "applicant": applicant()}
    assert "service item food was withdrawn from 2025-03-03 on" in office.refused(RegisterIntake, **given)
    assert "was withdrawn" in office.refused(TakeOnline, OPERATOR, **BY_ORDER)
    again = item("market", materials=[material("id")], version=2, effective_from=date(2025, 4, 1))
    assert "was withdrawn" in office.refused(ReviseItem, OPERATOR, item_id="food", item=again, reason="x")
    assert office.city.item("food").in_force(date(2025, 3, 2)).version == 1


def test_changes_are_entered_in_the_order_in_which_they_take_effect() -> None:
    office = Office()
    office.when(AbolishMaterial, OPERATOR, **BY_ORDER, material_id="lease")
    early = {**BY_ORDER, "effective_from": date(2025, 3, 9)}
    assert "lies before 2025-03-10" in office.refused(TakeOnline, OPERATOR, **early)
    assert "is not known; publish it first" in office.refused(TakeOnline, OPERATOR, **{**BY_ORDER, "item_id": "none"})
