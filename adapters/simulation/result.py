"""The end of a matter: decided, handed over, rated; and what follows from a bad grade."""

from datetime import timedelta
from hashlib import sha256

from adapters.services.rating_codes import kept_of
from adapters.simulation.agenda import Process, morning_after, open_from
from adapters.simulation.matter import Matter
from adapters.simulation.people import head_of, heads
from adapters.simulation.visit import visit
from domain.application.path.decision import Decide, MakeResultReady
from domain.application.path.evaluation import Evaluate, ReplyToRating, ReviewRectification, VerifyRating
from domain.application.path.feedback import Delivery, IssueResult, Receiver
from domain.application.path.materials import CheckMaterial
from domain.application.path.rating_code import digest_of
from domain.application.terms import Channel, Outcome, Verdict
from domain.hall.hall import Layout
from domain.record import Role
from domain.ticket.ticket import Purpose

LAW = "行政许可法 38"
COMMENTS = ("服务很好", "一次办好，满意", "等的时间有点长", "工作人员耐心", "跑了一趟就办完了")
GRADES = {5: 60, 4: 27, 3: 8, 2: 3, 1: 2}
RATED, FOUNDED = 0.4, 0.7


def finish(matter: Matter, refused: tuple[str, ...]) -> Process:
    """From the last department's word to the result in hand; ``refused`` are the items that somebody refused."""
    calendar, agenda = matter.hall.calendar, matter.agenda
    yield calendar.add_working_us(agenda.now, 20 * 60_000_000)
    lead = head_of(matter.hall.hall, matter.lead)
    outcome = Outcome.GRANTED
    if refused:
        outcome = Outcome.PARTLY_GRANTED if len(set(refused)) < len(matter.items) else Outcome.REFUSED
    why = {"reasons": "不符合条件 the conditions are not met", "legal_basis": LAW, "remedies": "行政复议或行政诉讼"}
    matter.do(Decide, lead, outcome=outcome, **(why if refused else {}))
    if matter.hall.layout is Layout.BEFORE:
        yield morning_after(calendar, agenda.now)  # carried to the department's window
    else:
        yield calendar.add_working_us(agenda.now, 30 * 60_000_000)
    matter.do(MakeResultReady, lead, content_hash=sha256(f"{matter.case_id}/result".encode()).hexdigest())
    yield from _handed_over(matter, outcome)
    if matter.random.random() < RATED:
        yield from _rated(matter)


def _handed_over(matter: Matter, outcome: Outcome) -> Process:
    calendar, agenda, random = matter.hall.calendar, matter.agenda, matter.random
    code = kept_of(matter.case_id, matter.code)
    online = matter.channel is Channel.ONLINE and random.random() < 0.6
    delivery = Delivery.ONLINE if online else random.choices((Delivery.WINDOW, Delivery.POST), (70, 30))[0]
    late = random.randint(8, 20) if random.random() < 0.05 else random.randint(0, 3)
    if matter.deferred and outcome is not Outcome.REFUSED:
        yield morning_after(calendar, agenda.now)
        for material in matter.deferred:
            matter.hand_in(material)
            matter.do(CheckMaterial, matter.back_office(), material_id=material, verdict=Verdict.ACCEPTED)
    if delivery is not Delivery.WINDOW:
        yield calendar.add_working_us(agenda.now, 45 * 60_000_000)
        tracking = {"tracking": f"EMS-{matter.case_id}"} if delivery is Delivery.POST else {}
        matter.do(IssueResult, matter.sender(), delivery=delivery, rating_code=code, **tracking)
        return
    if late:
        yield morning_after(calendar, agenda.now, late)
    yield open_from(calendar, agenda.now + timedelta(minutes=random.uniform(20, 160)))
    served = yield from visit(matter, matter.lead, Purpose.COLLECT, matter.minutes(5, 0.3))
    yield served.end
    taken = {"receiver": matter.applicant.name, "taken_by": Receiver.APPLICANT, "identity_checked": True}
    where = {"delivery": delivery, "window": served.window, "rating_code": code}
    matter.do(IssueResult, served.actor(Role.ISSUER), **where, **taken)
    served.done()


def _rated(matter: Matter) -> Process:
    """A grade; from one of the two lowest a rectification follows: verified, replied to, called back."""
    random, agenda, calendar = matter.random, matter.agenda, matter.hall.calendar
    yield agenda.now + timedelta(hours=random.uniform(0.1, 30))
    grade = random.choices(list(GRADES), list(GRADES.values()))[0]
    comment = {"comment": random.choice(COMMENTS)} if random.random() < 0.5 else {}
    matter.do(Evaluate, matter.citizen(), grade=grade, code=digest_of(matter.case_id, matter.code), **comment)
    if grade > min(GRADES) + 1:
        return
    head, other = heads(matter.hall.hall)
    founded = random.random() < FOUNDED
    yield morning_after(calendar, agenda.now)
    finding = "等候过长 the wait was too long" if founded else "不属实 not founded"
    matter.do(VerifyRating, head, founded=founded, finding=finding)
    yield morning_after(calendar, agenda.now)
    measures = "增开窗口 one more window" if founded else "说明情况 explained"
    matter.do(ReplyToRating, head, measures=measures, reply="已致电致歉 called and apologised")
    yield morning_after(calendar, agenda.now)
    satisfied = random.random() < 0.9
    matter.do(ReviewRectification, other, satisfied=satisfied, note="回访 called back")
    if satisfied:
        return
    yield morning_after(calendar, agenda.now)
    matter.do(ReplyToRating, head, measures="再次整改 once more", reply="已再次致电 called again")
    yield morning_after(calendar, agenda.now)
    matter.do(ReviewRectification, other, satisfied=True, note="再次回访 called back again")
