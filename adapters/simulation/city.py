"""The simulated city: departments, service items, halls and staff, before and after the reform, entered by real commands."""

from collections.abc import Iterable
from datetime import UTC, datetime
from random import Random

from adapters.bootstrap import Installation
from adapters.files.calendar_file import seeded
from adapters.simulation.catalogue import (
    DEPARTMENTS,
    ORDER,
    PACKAGES,
    item_version,
    items_of,
    package_version,
)
from adapters.simulation.halls import hall_id
from adapters.simulation.layout import windows
from adapters.simulation.names import person
from adapters.simulation.people import at_the_windows, in_the_back_room
from adapters.simulation.plan import Plan
from domain.catalogue.packaging import PublishPackage
from domain.catalogue.publishing import PublishItem, ReviseItem
from domain.command import Command
from domain.errors import OfficeError
from domain.hall.hall import Layout
from domain.hall.windows import MergeWindows, OpenHall
from domain.label import Label
from domain.people.establishing import EstablishDepartment
from domain.people.joining import GiveRole, JoinStaff, RegisterFirstOperator
from domain.record import Actor, Role

FOUNDING = "city/"
"""How the ids of the commands begin that make a simulated city."""
FOUNDED = datetime(2024, 1, 2, 1, 0, tzinfo=UTC)
REFORMED = datetime(2025, 8, 29, 1, 0, tzinfo=UTC)
OPERATOR = Actor(person="operator", role=Role.OPERATOR)
HALLS = ("市民中心", "东湖", "高新区", "江北", "南山", "滨海", "开发区", "古城")


class OtherRecords(OfficeError):
    """The database holds records that no simulation made."""


def only_simulated(installation: Installation) -> None:
    """Raise ``OtherRecords`` unless the database is empty, or begins with a simulated city."""
    first = next(iter(installation.log.read(0, 1, 1)), None)
    if first is not None and not first.record().act.command_id.startswith(FOUNDING):
        raise OtherRecords(
            f"the database holds records that no simulation made, beginning with {first.originator_id}; "
            "simulate into an empty database, or say --into-existing"
        )


def found(installation: Installation, plan: Plan, reviewers: dict[str, int]) -> None:
    """Enter the city as it is needed; what is entered already stays as it is."""

    def enter(command: type[Command], about: str, at: datetime, **fields: object) -> None:
        installation.now = lambda: at
        installation.office.execute(
            command.model_validate({"command_id": f"{FOUNDING}{about}", "actor": OPERATOR, "occurred_at": at, **fields})
        )

    enter(
        RegisterFirstOperator, "staff/operator", FOUNDED, person=OPERATOR.person, person_name=person(Random("operator"))
    )
    for department, (zh, en) in DEPARTMENTS.items():
        label = Label(zh=zh, en=en)
        enter(EstablishDepartment, f"department/{department}", FOUNDED, department_id=department, label=label)
    items = items_of(plan.size)
    for name, item in items.items():
        enter(PublishItem, f"item/{name}/1", FOUNDED, item_id=name, item=item_version(item, 1))
    halls = range(1, plan.halls + 1)
    for number in halls:
        hall = hall_id(number)
        place = HALLS[(number - 1) % len(HALLS)]
        enter(
            OpenHall,
            f"hall/{hall}",
            FOUNDED,
            hall_id=hall,
            label=Label(zh=f"{place}政务服务大厅", en=f"Government hall {number}"),
            layout=Layout.BEFORE,
            windows=windows(Layout.BEFORE, number, plan.size),
            calendar=seeded(years=range(2024, 2027)),
        )
        people = (*in_the_back_room(hall, reviewers), *at_the_windows(hall, windows(Layout.BEFORE, number, plan.size)))
        _join(installation, FOUNDED, people)
    if plan.layout is Layout.AFTER:
        for name, item in items.items():
            revised: dict[str, object] = {"item_id": name, "item": item_version(item, 2), "reason": ORDER}
            enter(ReviseItem, f"item/{name}/2", REFORMED, **revised)
        for name in PACKAGES:
            enter(PublishPackage, f"package/{name}/1", REFORMED, package_id=name, package=package_version(name))
        for number in halls:
            stand = windows(plan.layout, number, plan.size)
            laid_out: dict[str, object] = {"hall_id": hall_id(number), "layout": plan.layout, "windows": stand}
            enter(MergeWindows, f"layout/{hall_id(number)}/after", REFORMED, **laid_out)
            _join(installation, REFORMED, at_the_windows(hall_id(number), stand))


def _join(installation: Installation, at: datetime, people: Iterable[Actor]) -> None:
    """Enter people into the staff, with the posts as which they act; posts that they hold stay as they are."""
    known = installation.office.city().staff
    new: dict[str, Command] = {}
    for who in people:
        posts = known[who.person].posts if who.person in known else ()
        if any(post.role is who.role and post.department == who.department for post in posts):
            continue
        post = {"person": who.person, "role": who.role, "department": who.department, "hall": who.hall}
        common = {"command_id": f"city/post/{who.person}/{who.role}", "actor": OPERATOR, "occurred_at": at}
        new[who.person] = (
            GiveRole.model_validate({**common, **post})
            if posts
            else JoinStaff.model_validate({**common, **post, "person_name": person(Random(who.person))})
        )
    installation.now = lambda: at
    installation.office.execute_together(list(new.values()))
