"""One full example of every event type, as the golden files hold them."""

from datetime import UTC, date, datetime, time

from domain.application.acceptance import AcceptanceRefused, Accepted
from domain.application.approvals import (
    TaskApproved,
    TaskClaimed,
    TaskOpened,
    TaskRefused,
    TaskReleased,
    TaskResubmitted,
    TaskReturned,
)
from domain.application.clock import ClockResumed, ClockStopped, TaskDue
from domain.application.corrections import ClericalErrorCorrected
from domain.application.decision import Decided, ResultReady
from domain.application.feedback import Delivery, Evaluated, ResultIssued, Withdrawn
from domain.application.intake import IntakeRegistered
from domain.application.materials import (
    MaterialAccepted,
    MaterialDeferred,
    MaterialFoundDefective,
    MaterialFoundMissing,
    MaterialSubmitted,
    MaterialWaived,
    NoticeGiven,
    NoticeLine,
)
from domain.application.state import Channel, Ground, ItemRef, Outcome, Verdict
from domain.application.steps import StepRecorded
from domain.calendar import CalendarData, CalendarYear, DayOverride, Session
from domain.catalogue import (
    ApprovalStep,
    ItemPublished,
    ItemRevised,
    ItemVersion,
    Limits,
    RequiredMaterial,
)
from domain.hall import (
    CalendarDayOverridden,
    CalendarYearLoaded,
    HallOpened,
    Layout,
    Window,
    WindowKind,
    WindowsMerged,
)
from domain.label import Label
from domain.people import ApplicantKind, DepartmentEstablished, SealedApplicant, StaffJoined
from domain.record import Event, Role
from domain.sealing import Sealed
from domain.working_time import Limit, Unit

DUE = datetime(2025, 3, 17, 9, 30, tzinfo=UTC)
WARN = datetime(2025, 3, 13, 1, 15, 30, 250_000, tzinfo=UTC)
BOX = Sealed(key="applicant/P1", box="AAECAwQFBgcICQoLDA0ODw==")
YEAR = CalendarYear(year=2025, holidays=(date(2025, 1, 1), date(2025, 1, 28)), makeup_days=(date(2025, 1, 26),))
MORNING = Session(opens=time(9), closes=time(12))
TYPHOON = DayOverride(day=date(2025, 9, 24), sessions=(), reason="台风停工")
CALENDAR = CalendarData(time_zone="Asia/Shanghai", sessions=(MORNING,), years=(YEAR,), overrides=(TYPHOON,))
WINDOW = Window(window_id="W01", kind=WindowKind.DEPARTMENT, zone=ApplicantKind.LEGAL_PERSON, department="market")
DAYS = Limit(amount=5, unit=Unit.WORKING_DAYS)
VERSION = ItemVersion(
    version=2,
    effective_from=date(2025, 9, 1),
    name=Label(zh="餐饮服务许可", en="Opening a restaurant"),
    zone=ApplicantKind.LEGAL_PERSON,
    lead_department="market",
    materials=(
        RequiredMaterial(material_id="plan", name=Label(zh="平面布置图", en="Floor plan"), deferrable=True),
        RequiredMaterial(
            material_id="copy", name=Label(zh="公证复印件", en="Notarised copy"), abolished="改革令 2025-12"
        ),
    ),
    approvals=(
        ApprovalStep(step="market", department="market", limit=DAYS),
        ApprovalStep(step="fire", department="fire", after=("market",)),
    ),
    limits=Limits(notice=DAYS, decision=DAYS, delivery=DAYS, statutory_decision=DAYS, supplement=DAYS, warning=80),
    legal_basis="食品安全法 第三十五条",
)

EXAMPLES: list[Event] = [
    IntakeRegistered(
        items=(ItemRef("restaurant", 2), ItemRef("signboard", 1)),
        channel=Channel.WINDOW,
        department="market",
        hall="H01",
        zone=ApplicantKind.LEGAL_PERSON,
        window="W01",
        layout=Layout.AFTER,
        applicant=SealedApplicant(
            applicant_id="P1",
            kind=ApplicantKind.LEGAL_PERSON,
            name=BOX,
            identity_number=BOX,
            phone=BOX,
            address=None,
        ),
    ),
    MaterialSubmitted(material_id="plan", content_hash="ab" * 32, supplement=True),
    MaterialAccepted(material_id="plan"),
    MaterialFoundDefective(material_id="plan", reason="签章不清"),
    MaterialFoundMissing(material_id="plan"),
    MaterialWaived(material_id="plan", reason="可在线核验"),
    MaterialDeferred(material_id="plan", promised_by=date(2025, 3, 20)),
    NoticeGiven(
        lines=(
            NoticeLine(material_id="plan", verdict=Verdict.DEFECTIVE, reason="签章不清"),
            NoticeLine(material_id="copy", verdict=Verdict.MISSING, reason=None),
        ),
        answer_by=DUE,
    ),
    Accepted(due_at=DUE, unit=Unit.WORKING_DAYS),
    AcceptanceRefused(materials=("plan",), reasons="逾期未补正", legal_basis="行政许可法 第三十二条"),
    TaskOpened(
        task_id="restaurant:market",
        item_id="restaurant",
        department="market",
        due_at=DUE,
        warn_at=WARN,
        unit=Unit.WORKING_DAYS,
    ),
    TaskClaimed(task_id="restaurant:market"),
    TaskReleased(task_id="restaurant:market", reason="休假"),
    TaskReturned(task_id="restaurant:market", materials=("plan",), reason="内容需补正"),
    TaskResubmitted(task_id="restaurant:market"),
    TaskApproved(task_id="restaurant:market", opinion="同意"),
    TaskRefused(task_id="restaurant:market", reasons="不符合条件", legal_basis="第三十八条"),
    ClockStopped(
        suspension_id="hearing-1",
        ground=Ground.HEARING,
        notice="听证书面通知",
        task_id="restaurant:market",
        expected_working_days=10,
    ),
    ClockResumed(
        suspension_id="hearing-1",
        due_at=DUE,
        tasks=(TaskDue(task_id="restaurant:market", due_at=DUE, warn_at=WARN),),
    ),
    Decided(outcome=Outcome.REFUSED, reasons="不符合条件", legal_basis="第三十八条", remedies="六十日内申请行政复议"),
    ResultReady(content_hash="cd" * 32),
    ResultIssued(delivery=Delivery.WINDOW, window="W01", receiver=BOX),
    Evaluated(grade=2, tags=("slow",), comment=BOX),
    Withdrawn(reason="不再办理"),
    StepRecorded(activity="T06 Determine necessity of stop advice"),
    ClericalErrorCorrected(corrects=1, correction="窗口应为 W02", reason="录入错误", confirmed_by="F2"),
    ItemPublished(item=VERSION),
    ItemRevised(item=VERSION, reason="改革"),
    HallOpened(
        name=Label(zh="市民中心", en="Civic centre"), layout=Layout.BEFORE, windows=(WINDOW,), calendar=CALENDAR
    ),
    WindowsMerged(layout=Layout.AFTER, windows=(WINDOW,)),
    CalendarYearLoaded(year=YEAR),
    CalendarDayOverridden(override=TYPHOON),
    DepartmentEstablished(name=Label(zh="市场监督管理局", en="Market Supervision")),
    StaffJoined(person="M1", name=BOX, role=Role.HEAD),
]
