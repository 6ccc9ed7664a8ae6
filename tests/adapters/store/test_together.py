"""Commands given together make the city one after the other; when one is refused, nothing is recorded and nothing is known."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.bootstrap import Installation
from domain.catalogue.publishing import PublishItem
from domain.errors import OfficeError
from domain.label import Label
from domain.people.establishing import EstablishDepartment
from domain.people.joining import RegisterFirstOperator
from domain.record import Actor, Role
from tests.adapters.cli.city import item, opened

OPERATOR = Actor(person="O1", role=Role.OPERATOR)
WATER = EstablishDepartment(command_id="1", actor=OPERATOR, department_id="water", label=Label(zh="水务局", en="Water"))


@pytest.fixture
def installation(database: str, tmp_path: Path) -> Iterator[Installation]:
    with opened(database, tmp_path) as found:
        found.office.execute(RegisterFirstOperator(command_id="0", actor=OPERATOR, person="O1", person_name="周敏"))
        yield found


def published(department: str) -> PublishItem:
    return PublishItem(command_id="2", actor=OPERATOR, item_id="food", item=item(department))


def test_an_item_may_need_a_department_that_is_new_in_the_same_call(installation: Installation) -> None:
    receipts = installation.office.execute_together([WATER, published("water")])
    assert [receipt.position for receipt in receipts] == [2, 3]
    assert installation.office.city().item("food").at(1).lead_department == "water"


def test_what_was_refused_together_is_not_known_afterwards(installation: Installation) -> None:
    with pytest.raises(OfficeError, match="fire is not known"):
        installation.office.execute_together([WATER, published("fire")])
    assert installation.log.head() == 1
    assert installation.office.city().departments == {}
    assert installation.office.execute(WATER).position == 2


def test_one_by_one_each_stands_for_itself(installation: Installation) -> None:
    early = published("water").model_copy(update={"command_id": "too early"})
    answers = installation.office.execute_all([early, WATER, published("water")])
    assert [isinstance(answer, OfficeError) for answer in answers] == [True, False, False]
