"""A small city in which anybody may try anything: two halls, four departments, items that differ in what can happen to them.

Besides those who act there is a reserve: a person for each post and a window for each zone that the machine leaves alone, so
that a case whose list nobody may work on is the office's fault, and not that everybody has left.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from adapters.bootstrap import installation
from adapters.files.calendar_file import seeded
from adapters.settings import Settings
from domain.catalogue.item import ApprovalStep, ItemVersion
from domain.catalogue.package import HandedOver, PackagePart, PackageVersion, Refusal
from domain.catalogue.packaging import PublishPackage
from domain.catalogue.publishing import PublishItem
from domain.catalogue.sourced_limit import SourcedLimit
from domain.command import Command
from domain.hall.hall import Layout, Window, WindowKind
from domain.hall.windows import OpenHall
from domain.label import Label
from domain.people.establishing import EstablishDepartment
from domain.people.joining import RegisterFirstOperator
from domain.record import Actor, Role
from tests.office import LEGAL, LONG_AGO, NAME, NATURAL, OPERATOR, START, days, hiring, item, material

DEPARTMENTS = ("market", "fire", "housing", "health")
HALLS = ("H1", "H2")
LABEL = Label(zh="名称", en="name")
ALL, INTAKE, FEEDBACK = (
    WindowKind.COMPREHENSIVE,
    WindowKind.COMPREHENSIVE_INTAKE,
    WindowKind.COMPREHENSIVE_FEEDBACK,
)
RESERVE_WINDOWS = (
    Window(window_id="RN", kind=ALL, zone=NATURAL),
    Window(window_id="RL", kind=ALL, zone=LEGAL),
)
WINDOWS = {
    "H1": (
        Window(window_id="W1", kind=ALL, zone=NATURAL),
        Window(window_id="W2", kind=INTAKE, zone=NATURAL),
        Window(window_id="W3", kind=FEEDBACK, zone=NATURAL),
        Window(window_id="M1", kind=WindowKind.DEPARTMENT, zone=NATURAL, department="market"),
        *RESERVE_WINDOWS,
    ),
    "H2": (Window(window_id="E1", kind=ALL, zone=NATURAL), *RESERVE_WINDOWS),
}


RULE = "本市规定 第一条"
OWN_RULES: dict[str, Any] = {
    "inspection_law": RULE,
    "lapse_by_paper": RULE,
    "online_until_midnight": RULE,
    "delivery_waits": RULE,
    "hearing_summons": SourcedLimit(limit=days(3), source=RULE),
    "revocation_hearing": SourcedLimit(limit=days(5), source=RULE),
}
"""Every reading of the law that an item may have of its own."""


def items() -> dict[str, ItemVersion]:
    """What can be applied for: one or two departments, one after the other, with and without the rules that an item may name."""
    lease, plan = material("lease"), material("plan", deferrable=True)
    limits: dict[str, Any] = {"afterwards": days(10), "extension": days(5)}
    late = ApprovalStep(step="fire", department="fire", after=("housing",), limit=days(3))
    return {
        "food": item("market", materials=[material("id"), lease], **limits),
        "restaurant": replace(item("market", "fire", materials=[material("id"), plan], **limits), **OWN_RULES),
        "building": item("housing", late, materials=[material("id"), plan]),
        "park": item("health", materials=[material("id")], supplement_law=None, **limits),
        "shop": item("market", "health", materials=[lease], zone=LEGAL),
    }


def package(refusal: Refusal, *parts: PackagePart, lead: str, handed_over: HandedOver | None = None) -> PackageVersion:
    """Several items as one application, handled jointly."""
    since = date(2025, 1, 1)
    return PackageVersion(
        version=1, effective_from=since, name=LABEL, zone=NATURAL, lead_department=lead, parts=parts, limit=days(12),
        refusal=refusal, extension=days(5), statutory=days(45), statutory_extension=days(15), handed_over=handed_over,
        left_alone=SourcedLimit(limit=days(5), source=RULE),
    )  # fmt: skip


PACKAGES = {
    "dining": package(
        Refusal.EACH_BY_ITSELF,
        PackagePart(item_id="food"),
        PackagePart(item_id="restaurant", only_if="seats"),
        lead="market",
        handed_over=HandedOver.EACH,
    ),
    "house": package(
        Refusal.ALL_OR_NOTHING,
        PackagePart(item_id="building"),
        PackagePart(item_id="park", after=("building",)),
        lead="housing",
    ),
}


def staff() -> Iterator[Actor]:
    """Everybody who acts, with several posts where they have several."""
    for department in DEPARTMENTS:
        yield Actor(person=f"{department}-1", role=Role.REVIEWER, department=department, hall="H1")
        yield Actor(person=f"{department}-2", role=Role.REVIEWER, department=department)
        yield Actor(person=f"{department}-head", role=Role.HEAD, department=department)
    yield Actor(person="market-2", role=Role.FRONT_DESK, hall="H1")
    yield Actor(person="health-2", role=Role.HEAD, department="health", hall="H2")
    yield Actor(person="desk-1", role=Role.FRONT_DESK, hall="H1")
    yield Actor(person="desk-2", role=Role.FRONT_DESK, hall="H2")
    yield Actor(person="issuer-1", role=Role.ISSUER, hall="H1")
    yield Actor(person="desk-2", role=Role.ISSUER, hall="H2")
    yield Actor(person="auditor", role=Role.AUDITOR)
    yield Actor(person="chief", role=Role.OPERATOR)


def reserve() -> Iterator[Actor]:
    """Who never acts."""
    for department in DEPARTMENTS:
        yield Actor(person=f"reserve-{department}", role=Role.REVIEWER, department=department)
        yield Actor(person=f"reserve-{department}-head", role=Role.HEAD, department=department)
    for hall in HALLS:
        yield Actor(person=f"reserve-desk-{hall}", role=Role.FRONT_DESK, hall=hall)
        yield Actor(person=f"reserve-issuer-{hall}", role=Role.ISSUER, hall=hall)


RESERVE = frozenset(actor.person for actor in reserve())


def setting_up() -> Iterator[Command]:
    """The commands that make the city."""
    numbers = count(1)

    def common(at: datetime = START - timedelta(days=60)) -> dict[str, Any]:
        return {"command_id": f"setup-{next(numbers)}", "actor": OPERATOR, "occurred_at": at}

    yield RegisterFirstOperator(**common(LONG_AGO), person=OPERATOR.person, person_name=NAME)
    for department in DEPARTMENTS:
        yield EstablishDepartment(**common(LONG_AGO), department_id=department, label=LABEL)
    calendar = seeded(years=range(2024, 2027))
    for hall, windows in WINDOWS.items():
        layout = {"label": LABEL, "layout": Layout.AFTER, "windows": windows, "calendar": calendar}
        yield OpenHall(**common(LONG_AGO), hall_id=hall, **layout)
    for name, version in items().items():
        yield PublishItem(**common(), item_id=name, item=version)
    for name, of in PACKAGES.items():
        yield PublishPackage(**common(), package_id=name, package=of)
    yield from hiring([*staff(), *reserve()], lambda: common(LONG_AGO))


def founded(url: str, folder: Path) -> None:
    """Have the city in a database."""
    settings = Settings(database_url=url, master_key_file=folder / "master.key")
    with installation(settings, lambda: START.astimezone(UTC)) as found:
        found.office.execute_together(list(setting_up()))
        found.runner().catch_up()
