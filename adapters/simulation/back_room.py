"""The life of a matter in the back room: each department's task, side by side after the reform, one after the other before it."""

from adapters.simulation.agenda import Process, morning_after
from adapters.simulation.halls import TOUCH_MINUTES
from adapters.simulation.matter import Matter
from adapters.simulation.people import head_of, heads
from adapters.simulation.result import LAW, finish
from domain.application.limits.suspension import ResumeClock, StopClock
from domain.application.path.approvals import ApproveTask, ClaimTask, RefuseTask, ReleaseTask, ReturnTask
from domain.application.path.materials import CheckMaterial
from domain.application.terms import Ground, Verdict
from domain.hall.hall import Layout
from domain.record import Actor, Role

RELEASED, RETURNED, PROCEDURE, REFUSED = 0.03, 0.07, 0.05, 0.02
LAIN = {Layout.BEFORE: 0.04, Layout.AFTER: 0.01}
"""The chance that a file lies on a desk for weeks; fewer do where a light shows it."""
Part = tuple[str, str]
"""A service item, and the department that approves its part."""


def to_the_back_room(matter: Matter) -> None:
    """The file goes to the departments: to all, or to the first of each item."""
    left = [(item_id, department) for item_id, own in matter.departments.items() for department in own]
    first = left if matter.hall.layout is Layout.AFTER else left[:1]
    for part in first:
        matter.start(_review(matter, part, left))


def _review(matter: Matter, part: Part, left: list[Part]) -> Process:
    item_id, department = part
    task = {"task_id": f"{item_id}:{department}"}
    reviewers, agenda = matter.hall.reviewers[department], matter.agenda
    person, begin, end = reviewers.book(agenda.now, matter.minutes(TOUCH_MINUTES, 0.5))
    yield begin
    if _settled_without(matter, part, left):
        return
    matter.do(ClaimTask, reviewer(matter, department, person), **task)
    if matter.random.random() < RELEASED:
        yield end
        if _settled_without(matter, part, left):
            return
        matter.do(ReleaseTask, reviewer(matter, department, person), **task, reason="转同事办理 to a colleague")
        person, begin, end = reviewers.book(agenda.now, matter.minutes(TOUCH_MINUTES, 0.5))
        yield begin
        if _settled_without(matter, part, left):
            return
        matter.do(ClaimTask, reviewer(matter, department, person), **task)
    yield end
    if matter.random.random() < LAIN[matter.hall.layout]:
        yield morning_after(matter.hall.calendar, agenda.now, matter.random.randint(4, 25))
    actor = reviewer(matter, department, person)
    if not _settled_without(matter, part, left):
        yield from _interrupted(matter, part, actor, task, left)
    if not _settled_without(matter, part, left):
        _settle(matter, part, actor, task, left)


def _settled_without(matter: Matter, part: Part, left: list[Part]) -> bool:
    """Whether nobody waits for this task any more: the matter is over, or another department refused the item."""
    return matter.over or part not in left


def _interrupted(matter: Matter, part: Part, actor: Actor, task: dict[str, str], left: list[Part]) -> Process:
    """A return for a supplement, or a special procedure: the clock stands still meanwhile."""
    item_id, department = part
    draw, days = matter.random.random(), matter.random.randint(1, 6)
    own, calendar = matter.of_item[item_id], matter.hall.calendar
    material = own[matter.departments[item_id].index(department) % len(own)]
    if draw < RETURNED and not matter.noticed and material not in (*matter.deferred, *matter.asked_for):
        matter.asked_for.append(material)
        reason = "内容需补正 contents to be supplemented"
        matter.do(ReturnTask, actor, **task, materials=(material,), reason=reason)
        yield morning_after(calendar, matter.agenda.now, days)
        if _settled_without(matter, part, left):
            return
        matter.asked_for.remove(material)
        matter.hand_in(material)
        matter.do(CheckMaterial, matter.back_office(), material_id=material, verdict=Verdict.ACCEPTED)
        yield calendar.add_working_us(matter.agenda.now, 30 * 60_000_000)
    elif RETURNED <= draw < RETURNED + PROCEDURE:
        ground = matter.random.choice((Ground.INSPECTION, Ground.EXPERT_REVIEW, Ground.HEARING))
        number = {"suspension_id": f"{ground.value}-{item_id}-{department}"}
        matter.procedures[part] = actor, number["suspension_id"]
        notice = f"书面告知 {ground.value}: {days} 个工作日"
        matter.do(
            StopClock, actor, **number, ground=ground, notice=notice, expected_working_days=days,
            **_by_whom(matter, department, actor, ground),
        )  # fmt: skip
        yield morning_after(calendar, matter.agenda.now, days)
        if _settled_without(matter, part, left):
            return
        del matter.procedures[part]
        matter.do(ResumeClock, actor, **number)


SUMMONED_DAYS = 8
"""The working days from a summons to the hearing; the request for it is often withdrawn before."""


def _by_whom(matter: Matter, department: str, actor: Actor, ground: Ground) -> dict[str, object]:
    """Who presides a hearing, and which two inspect on site."""
    if ground is Ground.HEARING:
        _, deputy = heads(matter.hall.hall)  # the head of a department decides on what was heard
        today = matter.hall.calendar.local_day(matter.agenda.now)
        return {"presided_by": deputy.person, "held_on": matter.hall.calendar.add_working_days(today, SUMMONED_DAYS)}
    head = head_of(matter.hall.hall, department).person
    return {"inspected_by": (actor.person, head)} if ground is Ground.INSPECTION else {}


def _settle(matter: Matter, part: Part, actor: Actor, task: dict[str, str], left: list[Part]) -> None:
    item_id, _ = part
    if matter.random.random() < REFUSED:
        why = {"reasons": "不符合条件 the conditions are not met", "legal_basis": LAW}
        matter.do(RefuseTask, actor, **task, **why)
        left[:] = [other for other in left if other[0] != item_id]  # the other tasks of the item are closed with it
        matter.refused_parts.append(item_id)
        for other in [other for other in matter.procedures if other[0] == item_id]:
            by, suspension = matter.procedures.pop(other)  # called off: nothing depends on it any more
            matter.do(ResumeClock, by, suspension_id=suspension)
    else:
        matter.do(ApproveTask, actor, **task)
        left.remove(part)
    if not left:
        matter.start(finish(matter, refused=tuple(matter.refused_parts)))
    elif matter.hall.layout is Layout.BEFORE:
        # The paper file is carried to the next department the next working morning.
        carried = morning_after(matter.hall.calendar, matter.agenda.now)
        matter.start(_review(matter, left[0], left), carried)


def reviewer(matter: Matter, department: str, person: str) -> Actor:
    """Somebody of a department of the hall."""
    return Actor(person=person, role=Role.REVIEWER, department=department, hall=matter.hall.hall)
