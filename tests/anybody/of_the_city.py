"""A builder for each command that changes the city: halls, departments, staff, items and packages."""

from dataclasses import replace
from datetime import date, time

from hypothesis import strategies as st

from domain.catalogue.item import Limits
from domain.catalogue.packaging import PublishPackage
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
from domain.command import Command
from domain.hall.calendars import LoadCalendar
from domain.hall.exclusions import ExcludeApplicant, ReadmitApplicant
from domain.hall.favours import NameFavours
from domain.hall.hall import Duty, Layout, Window, WindowKind
from domain.hall.hours import ChangeOpeningHours
from domain.hall.staffing import AssignStaff, RelieveStaff
from domain.hall.windows import CloseWindow, JoinWindows, MergeWindows, MoveWindow, OpenHall, OpenWindow
from domain.people.establishing import EstablishDepartment
from domain.people.favour import Favour
from domain.people.joining import GiveRole, JoinStaff, LeaveStaff, RegisterFirstOperator, TakeRole
from domain.people.substituting import EndSubstitution, NameSubstitute
from domain.time.calendar import DayOverride, Session
from tests.anybody.city import DEPARTMENTS, HALLS, LABEL, PACKAGES, RESERVE_WINDOWS, items
from tests.anybody.world import (
    APPLICANTS,
    CASES,
    ITEMS,
    MATERIALS,
    ORDER,
    ROLES,
    TEXT,
    Builder,
    Fields,
    World,
    given,
    maybe,
    some,
)
from tests.office import LEGAL, NAME, NATURAL, days, material

HOURS = [Session(opens=time(9), closes=time(12)), Session(opens=time(13), closes=time(17))]
WINDOWS = [
    Window(window_id=name, kind=kind, zone=zone, department="market" if kind is WindowKind.DEPARTMENT else None)
    for name in ("W1", "W4", "W5")
    for kind in WindowKind
    for zone in (NATURAL, LEGAL)
]


def _in_hall(**more: object) -> Builder:
    return lambda world: given(hall_id=list(HALLS), **more)


def _reform(**more: object) -> Builder:
    return lambda world: given(item_id=list(ITEMS), effective_from=world.day(-1, 10), **ORDER, **more)


def _window(**more: object) -> Builder:
    def of(world: World) -> Fields:
        return st.sampled_from(HALLS).flatmap(lambda hall: given(hall_id=hall, window_id=world.windows(hall), **more))

    return of


def _join_windows(world: World) -> Fields:
    joined = given(
        hall_id="H1",
        window_ids=[("W1", "W2"), ("W1", "W3"), ("W2", "M1")],
        into=[w for w in WINDOWS if w.department is None and w.zone is NATURAL],
        order="2025-7",
    )
    anything = st.sampled_from(HALLS).flatmap(
        lambda hall: given(hall_id=hall, window_ids=some(world.windows(hall), 3), into=WINDOWS, order="2025-7")
    )
    return joined | anything


def _lay_out(world: World) -> Fields:
    new = some(WINDOWS, 3).map(lambda windows: (*windows, *RESERVE_WINDOWS))
    return given(hall_id=list(HALLS), layout=list(Layout), windows=new)


def _close_a_day(world: World) -> Fields:
    day = world.day(-3, 10).map(lambda day: (DayOverride(day=day, sessions=(), reason=TEXT, counts=False),))
    return given(hall_id=list(HALLS), years=(), overrides=day)


def _assign(world: World) -> Fields:
    return st.sampled_from(HALLS).flatmap(
        lambda hall: given(
            hall_id=hall, person=world.people(), window_id=world.windows(hall), since=world.later(-2, 24),
            until=world.later(0, 72), duties=some(Duty, 2),
        )
    )  # fmt: skip


def _post(**more: object) -> Builder:
    return lambda world: given(
        person=[*world.people(), "new-1", "new-2"],
        role=list(ROLES),
        department=maybe(*DEPARTMENTS),
        hall=maybe(*HALLS),
        **more,
    )


def _held(**more: object) -> Builder:
    """A post that somebody holds, or any."""

    def of(world: World) -> Fields:
        held = [
            {"person": person, "role": post.role, "department": post.department, "hall": post.hall}
            for person in world.people()
            for post in world.city.posts(person, world.now)
        ]
        return st.builds(lambda post, rest: {**post, **rest}, st.sampled_from(held), given(**more)) | _post(**more)(
            world
        )

    return of


def _substitute(**more: object) -> Builder:
    return lambda world: given(person=world.people(), substitute=world.people(), **more)


def _new_version(world: World) -> Fields:
    """Other departments, other materials, from a day on."""
    name = st.sampled_from(list(items()))
    of = st.sampled_from(list(items().values()))
    return st.builds(
        lambda item_id, version, effective: {
            "item_id": item_id,
            "item": replace(version, version=len(world.city.items[item_id].versions) + 1, effective_from=effective),
            "reason": TEXT,
        },
        name, of, world.day(-1, 5),
    )  # fmt: skip


def _new_item(world: World) -> Fields:
    return given(item_id=["stall", *ITEMS], item=list(items().values()))


def _limits(world: World) -> Fields:
    limits = Limits(notice=days(3), decision=days(4), delivery=days(2), statutory_decision=days(20), supplement=days(3))
    return given(
        item_id=list(ITEMS),
        effective_from=world.day(-1, 10),
        **ORDER,
        limits=[limits, replace(limits, decision=days(30))],
    )


OF_THE_CITY: dict[type[Command], Builder] = {
    AbolishMaterial: _reform(material_id=list(MATERIALS)),
    AddMaterial: _reform(material=[material("map"), material("id")]),
    AssignStaff: _assign,
    ChangeLimits: _limits,
    ChangeOpeningHours: _in_hall(sessions=some(HOURS, 2), weekdays=maybe((0, 1, 2, 3, 4), (0, 1)), reason=TEXT),
    CloseWindow: _window(reason=TEXT),
    EndSubstitution: _substitute(),
    EstablishDepartment: lambda world: given(department_id=[*DEPARTMENTS, "culture"], label=LABEL),
    ExcludeApplicant: lambda world: given(
        hall_id=list(HALLS),
        applicant_id=list(APPLICANTS),
        case_id=list(CASES),
        lapse=1,
        until=st.one_of(st.none(), world.later()),
        reason=TEXT,
    ),
    GiveRole: _post(),
    JoinStaff: _post(person_name=NAME),
    JoinWindows: _join_windows,
    LeaveStaff: lambda world: given(person=world.people(), reason=TEXT),
    LoadCalendar: _close_a_day,
    MakeDeferrable: _reform(material_id=list(MATERIALS)),
    MergeWindows: _lay_out,
    MoveWindow: _window(zone=[NATURAL, LEGAL], floor=maybe(2), reason=TEXT),
    NameFavours: _in_hall(favours=some(Favour), reason=TEXT),
    NameSubstitute: lambda world: given(
        person=world.people(), substitute=world.people(), until=world.later(), reason=TEXT
    ),
    OpenHall: lambda world: given(
        hall_id=["H1", "H3"],
        label=LABEL,
        layout=list(Layout),
        windows=RESERVE_WINDOWS,
        calendar=world.city.halls["H1"].calendars[0],
    ),
    OpenWindow: _in_hall(window=WINDOWS, reason=TEXT),
    PublishItem: _new_item,
    PublishPackage: lambda world: given(
        package_id=["dining", "new"],
        package=[replace(each, version=2, effective_from=date(2025, 3, 1)) for each in PACKAGES.values()]
        + list(PACKAGES.values()),
        reason=maybe(TEXT),
    ),
    ReadmitApplicant: _in_hall(applicant_id=list(APPLICANTS), reason=TEXT),
    RegisterFirstOperator: lambda world: given(person=world.people(), person_name=NAME),
    RelieveStaff: _window(person=["desk-1", "desk-2", "market-2"]),
    ReviseItem: _new_version,
    ShareMaterial: _reform(material_id=list(MATERIALS), shared_as=list(MATERIALS)),
    TakeOnline: _reform(),
    TakeRole: _held(reason=TEXT),
    WithdrawItem: _reform(),
}
