"""The life of a matter at the front desk, from the applicant's arrival to its acceptance, as people in a hall live it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from adapters.simulation.agenda import Process, morning_after, open_from
from adapters.simulation.back_room import to_the_back_room
from adapters.simulation.catalogue import DEFERRABLE
from adapters.simulation.halls import intake_minutes
from adapters.simulation.matter import Matter
from adapters.simulation.visit import Visit, book, papers, visit
from domain.application.beside.withdrawal import Withdraw
from domain.application.path.acceptance import Accept
from domain.application.path.intake import RegisterIntake
from domain.application.path.materials import CheckMaterial, GiveNotice
from domain.application.terms import Channel, Defect, Verdict
from domain.hall.hall import Layout
from domain.record import Actor, Role
from domain.ticket.ticket import Purpose

MISSING, DEFECTIVE = 0.03, 0.03
"""A material's chance to be missing or defective; the same before and after: fewer materials, fewer notices."""
NEVER_BACK, WITHDRAWN = 0.06, 0.04
PROMISED_DAYS = 90


def front_desk(matter: Matter) -> Process:
    """From the applicant's arrival to the acceptance, and on into the back room."""
    if matter.booked:
        yield matter.arrival - timedelta(days=1)
        book(matter, matter.lead, open_from(matter.hall.calendar, matter.arrival))
    yield matter.arrival
    stations = _stations(matter)
    for place, (department, materials) in enumerate(stations):
        minutes = matter.minutes(intake_minutes(len(materials)), 0.3)
        if matter.channel is not Channel.WINDOW:
            yield open_from(matter.hall.calendar, matter.agenda.now)
            served = yield from papers(matter, department, minutes)
        else:
            if place:
                yield matter.agenda.now + timedelta(minutes=matter.random.uniform(5, 15))  # to another floor
            served = yield from visit(matter, department, Purpose.APPLY, minutes)
        clerk = served.actor(Role.FRONT_DESK)
        if not place:
            _register(matter, clerk, served)
        yield from _check(matter, clerk, materials, served.end)
        if place == len(stations) - 1 and matter.lacking:
            matter.noticed = True
            matter.do(GiveNotice, clerk)
        elif place == len(stations) - 1:
            matter.do(Accept, clerk)
        served.done()
    if matter.lacking:
        yield from _supplement(matter, stations[-1][0])
    if not matter.over:
        to_the_back_room(matter)


def _stations(matter: Matter) -> list[tuple[str, list[str]]]:
    """Where the applicant queues, and which materials are checked there.

    Before the reform each department checks its own: a matter of two departments queues twice.
    """
    departments = matter.departments[matter.items[0]]
    if matter.hall.layout is Layout.AFTER or len(departments) == 1:
        return [(departments[0], matter.materials)]
    half = (len(matter.materials) + 1) // 2
    return [(departments[0], matter.materials[:half]), (departments[1], matter.materials[half:])]


def _register(matter: Matter, clerk: Actor, served: Visit) -> None:
    at = {"window": served.window} if matter.channel is Channel.WINDOW else {}
    what = {"package": matter.package} if matter.package else {"items": matter.items}
    fields = {"hall": matter.hall.hall, "applicant": matter.applicant, "channel": matter.channel}
    matter.do(RegisterIntake, clerk, **fields, **what, **at)


def _check(matter: Matter, clerk: Actor, materials: list[str], end: datetime) -> Process:
    """Materials handed in and checked one by one until the service ends."""
    for place, material in enumerate(materials):
        left = max(end - matter.agenda.now, timedelta())
        yield matter.agenda.now + left / (len(materials) - place + 1)
        draw = matter.random.random()
        if draw < MISSING:
            if material in DEFERRABLE:
                matter.deferred.append(material)
                promised = matter.hall.calendar.local_day(matter.agenda.now) + timedelta(days=PROMISED_DAYS)
                promise = {
                    "verdict": Verdict.DEFERRED,
                    "promised_by": promised,
                    "commitment": matter.commitment(material),
                }
                matter.do(CheckMaterial, clerk, material_id=material, **promise)
            else:
                matter.lacking.append(material)
                matter.do(CheckMaterial, clerk, material_id=material, verdict=Verdict.MISSING)
            continue
        matter.hand_in(material)
        if draw < MISSING + DEFECTIVE:
            matter.lacking.append(material)
            what = {
                "verdict": Verdict.DEFECTIVE,
                "reason": "签章不清 the seal cannot be read",
                "defect": Defect.ILLEGIBLE,
            }
            matter.do(CheckMaterial, clerk, material_id=material, **what)
        else:
            matter.do(CheckMaterial, clerk, material_id=material, verdict=Verdict.ACCEPTED)
    yield max(end, matter.agenda.now)


def _supplement(matter: Matter, department: str) -> Process:
    """What was noticed comes days later, or never."""
    draw = matter.random.random()
    if draw < NEVER_BACK:
        matter.over = True  # the limit for it passes, and the clock ends the case
        return
    yield morning_after(matter.hall.calendar, matter.agenda.now, matter.random.randint(1, 5))
    yield matter.agenda.now + timedelta(minutes=matter.random.uniform(0, 150))
    if draw < NEVER_BACK + WITHDRAWN:
        matter.do(Withdraw, matter.citizen(), reason="不再办理 no longer wanted")
        matter.over = True
        return
    minutes = matter.minutes(4 + 4 * len(matter.lacking), 0.3)
    served = yield from visit(matter, department, Purpose.SUPPLEMENT, minutes)
    clerk = served.actor(Role.FRONT_DESK)
    for material in matter.lacking:
        matter.hand_in(material)
        matter.do(CheckMaterial, clerk, material_id=material, verdict=Verdict.ACCEPTED)
    yield served.end
    matter.do(Accept, clerk)
    served.done()


def arrivals(random: Random, amount: int) -> Iterator[timedelta]:
    """When applicants arrive on a day, as time after midnight: a peak in the morning, one after lunch."""
    for _ in range(amount):
        hour = random.gauss(10.0, 0.7) if random.random() < 0.6 else random.gauss(14.7, 0.8)
        yield timedelta(hours=min(max(hour, 9.0), 16.5))
