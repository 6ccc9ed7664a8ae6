"""One full example of every event type, as the golden files hold them."""

from datetime import UTC, date, datetime, time
from typing import Any

from domain.application.beside.assignment import TaskDelegated, TaskReassigned, TaskSnoozed
from domain.application.beside.cancellation import CancellationGround, LicenceCancelled
from domain.application.beside.changed_rows import RowCorrected, RowTakenOut
from domain.application.beside.claiming import IntakeClaimed
from domain.application.beside.corrections import ClericalErrorCorrected
from domain.application.beside.merging import DuplicateFound, MergedInto
from domain.application.beside.newer_version import MovedToVersion
from domain.application.beside.questions import QuestionAnswered, QuestionAsked
from domain.application.beside.recorded_steps import StepRecorded
from domain.application.beside.reopening import AcceptanceReopened, LateDocumentFiled, Reopened
from domain.application.beside.revocation import RevocationGround, Revoked
from domain.application.beside.termination import Terminated, TerminationGround
from domain.application.beside.transfer import KeptEnd, Transferred
from domain.application.beside.withdrawal import PartWithdrawn, Withdrawn
from domain.application.components import ItemRef, PackageRef
from domain.application.consequences.lapses import (
    DeemedAccepted,
    DeferralLapsed,
    EvaluationLapsed,
    HandingOverHeld,
    LightTurned,
    PartSentBack,
    ResultUncollected,
    SupplementLapsed,
    SupplementOverdue,
    TaskSupplementLapsed,
)
from domain.application.consequences.recount import LimitsRecounted, MovedLimit
from domain.application.limits.extension import ExtensionRefused, LimitExtended
from domain.application.limits.inspection import InspectionBegun, InspectionEnded
from domain.application.limits.suspension import ClockResumed, ClockStopped, TaskDue
from domain.application.path.acceptance import AcceptanceRefused, Accepted
from domain.application.path.approvals import (
    SnoozeEnded,
    TaskApproved,
    TaskClaimed,
    TaskOpened,
    TaskRefused,
    TaskReleased,
    TaskResubmitted,
    TaskReturned,
)
from domain.application.path.closing import Closing, TaskClosed
from domain.application.path.decision import Decided, ItemDecided, ItemResultReady, PartDecided, ResultReady
from domain.application.path.evaluation import (
    ComplaintClosed,
    Evaluated,
    RatingReplied,
    RatingVerified,
    RectificationOpened,
    RectificationReviewed,
)
from domain.application.path.feedback import Delivery, Failure, HandingOverFailed, ItemIssued, Receiver, ResultIssued
from domain.application.path.intake import IntakeRegistered
from domain.application.path.materials import (
    MaterialAccepted,
    MaterialDeferred,
    MaterialFoundDefective,
    MaterialFoundMissing,
    MaterialSubmitted,
    MaterialWaived,
    NoticeGiven,
    NoticeLine,
)
from domain.application.path.part_not_accepted import PartNotAccepted
from domain.application.terms import AppealResult, Channel, Correctable, Defect, Ground, NotAccepted, Outcome, Verdict
from domain.catalogue.item import ApprovalStep, ItemVersion, Limits, RequiredMaterial
from domain.catalogue.package import HandedOver, PackagePart, PackageVersion, Refusal
from domain.catalogue.packaging import PackagePublished
from domain.catalogue.publishing import ItemPublished, ItemRevised
from domain.catalogue.reform import (
    ItemWithdrawn,
    LimitsChanged,
    MaterialAbolished,
    MaterialAdded,
    MaterialMadeDeferrable,
    MaterialShared,
    PutOnline,
    Why,
)
from domain.catalogue.separation import Separation, Together
from domain.catalogue.sourced_limit import SourcedLimit
from domain.hall.calendars import CalendarDayOverridden, CalendarYearLoaded
from domain.hall.exclusions import ApplicantExcluded, ApplicantReadmitted
from domain.hall.favours import FavoursNamed
from domain.hall.hall import Duty, Layout, Window, WindowKind
from domain.hall.hours import OpeningHoursChanged
from domain.hall.staffing import StaffAssigned, StaffRelieved
from domain.hall.windows import HallOpened, WindowClosed, WindowMoved, WindowOpened, WindowsJoined, WindowsMerged
from domain.label import Label
from domain.people.applicant import SealedApplicant
from domain.people.applicant_kind import ApplicantKind
from domain.people.establishing import DepartmentEstablished
from domain.people.favour import Favour
from domain.people.joined_of_old import StaffJoined
from domain.people.joining import PersonJoined, PersonLeft, RoleGiven, RoleTaken
from domain.people.substituting import SubstituteNamed, SubstitutionEnded
from domain.record import Event, Role, Source
from domain.sealing import Sealed
from domain.ticket.calling import TicketCalled, TicketNoShow, TicketRecalled, TicketTransferred
from domain.ticket.lapses import TicketLapsed
from domain.ticket.serving import MatterServed, TicketServed
from domain.ticket.taking import TicketBooked, TicketGivenUp, TicketTaken
from domain.ticket.ticket import Purpose
from domain.time.calendar import MIDNIGHT, CalendarData, CalendarYear, DayOverride, Session
from domain.time.light import Light
from domain.time.working_time import Limit, Unit

DUE = datetime(2025, 3, 17, 9, 30, tzinfo=UTC)
LAWFUL = datetime(2025, 3, 31, 9, 30, tzinfo=UTC)
WARN = datetime(2025, 3, 13, 1, 15, 30, 250_000, tzinfo=UTC)
BY_LAW: Any = {"warn_at": WARN, "statutory_due_at": LAWFUL, "statutory_warn_at": DUE}
BOX = Sealed(key="applicant/P1", box="AAECAwQFBgcICQoLDA0ODw==")
YEAR = CalendarYear(year=2025, holidays=(date(2025, 1, 1), date(2025, 1, 28)), makeup_days=(date(2025, 1, 26),))
MORNING = Session(opens=time(9), closes=time(12))
TYPHOON = DayOverride(day=date(2025, 9, 24), sessions=(), reason="台风停工", counts=False)
CALENDAR = CalendarData(time_zone="Asia/Shanghai", sessions=(MORNING,), years=(YEAR,), overrides=(TYPHOON,))
WINDOW = Window(
    window_id="W01", kind=WindowKind.DEPARTMENT, zone=ApplicantKind.LEGAL_PERSON, department="market", floor=3
)
COMPREHENSIVE = Window(window_id="C01", kind=WindowKind.COMPREHENSIVE, zone=ApplicantKind.LEGAL_PERSON)
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
    limits=Limits(
        notice=DAYS,
        decision=DAYS,
        delivery=DAYS,
        statutory_decision=DAYS,
        supplement=DAYS,
        warning=80,
        extension=DAYS,
        evaluation=DAYS,
        rectification=DAYS,
        collection=DAYS,
        statutory_notice=DAYS,
        statutory_extension=DAYS,
        statutory_delivery=DAYS,
    ),
    legal_basis="食品安全法 第三十五条",
    online=True,
    supplement_law="本市行政许可程序规定 第二十条",
    procedure_law="安全生产许可证条例 第七条",
    together=(Together(separation=Separation.RECEIVING_ISSUING, source="乡镇便民服务中心岗位设置规定"),),
    inspection_law="特种设备安全法 第二十条",
    lapse_by_paper="本市行政许可程序规定 第十五条",
    online_until_midnight="本市政务服务条例 第三十条",
    delivery_waits="容缺受理承诺书 第三条",
    hearing_summons=SourcedLimit(limit=DAYS, source="本市行政许可听证办法 第十条"),
    revocation_hearing=SourcedLimit(limit=DAYS, source="市场监督管理行政许可程序暂行规定 第四十三条"),
)

MATERIAL = RequiredMaterial(material_id="photo", name=Label(zh="近期照片", en="Photographs"))
WHY: Why = {"effective_from": date(2025, 9, 1), "reason": "可由系统核验", "order": "改革令 2025-12"}

VISIT: dict[str, Any] = {
    "hall": "H01",
    "zone": ApplicantKind.LEGAL_PERSON,
    "department": "market",
    "purpose": Purpose.APPLY,
    "matters": ("restaurant", "signboard"),
}

PACKAGE = PackageVersion(
    version=1,
    effective_from=date(2025, 9, 1),
    name=Label(zh="开餐馆一件事", en="Opening a restaurant"),
    zone=ApplicantKind.LEGAL_PERSON,
    lead_department="market",
    parts=(
        PackagePart(item_id="restaurant"),
        PackagePart(item_id="signboard", after=("restaurant",), only_if="outdoor-sign"),
    ),
    limit=DAYS,
    refusal=Refusal.EACH_BY_ITSELF,
    extension=DAYS,
    statutory=Limit(amount=45, unit=Unit.WORKING_DAYS),
    statutory_extension=Limit(amount=15, unit=Unit.WORKING_DAYS),
    handed_over=HandedOver.EACH,
    extended_by="government",
    left_alone=SourcedLimit(limit=DAYS, source="本市一件事一次办办法 第九条"),
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
        package=PackageRef("open-a-restaurant", 1),
        conditions=("outdoor-sign",),
    ),
    MaterialSubmitted(material_id="plan", content_hash="ab" * 32, supplement=True),
    MaterialAccepted(material_id="plan"),
    MaterialFoundDefective(material_id="plan", reason="签章不清", defect=Defect.ILLEGIBLE, answer_by=DUE),
    MaterialFoundMissing(material_id="plan"),
    MaterialWaived(material_id="plan", reason="可在线核验"),
    MaterialDeferred(material_id="plan", promised_by=date(2025, 3, 20), commitment="ef" * 32),
    NoticeGiven(
        lines=(
            NoticeLine(material_id="plan", verdict=Verdict.DEFECTIVE, reason="签章不清", defect=Defect.ILLEGIBLE),
            NoticeLine(material_id="copy", verdict=Verdict.MISSING, reason=None, defect=Defect.ANOTHER_PAPER),
        ),
        answer_by=DUE,
    ),
    Accepted(due_at=DUE, unit=Unit.WORKING_DAYS, **BY_LAW, statutory_unit=Unit.CALENDAR_DAYS),
    AcceptanceRefused(
        materials=("plan",),
        reasons="逾期未补正",
        legal_basis="行政许可法 第三十二条",
        ground=NotAccepted.NOT_IN_POWERS,
        competent_office="应急管理局",
        remedies="六十日内申请行政复议",
        content_hash="cd" * 32,
    ),
    PartNotAccepted(
        item_id="signboard",
        ground=NotAccepted.NOT_IN_POWERS,
        materials=("plan",),
        reasons="不属本机关职权",
        legal_basis="行政许可法 第三十二条",
        remedies="六十日内申请行政复议",
        content_hash="cd" * 32,
        competent_office="城市管理局",
    ),
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
    TaskDelegated(task_id="restaurant:market", to="R2", reason="休假"),
    TaskReassigned(task_id="restaurant:market", to="R2", reason="休假"),
    TaskSnoozed(task_id="restaurant:market", until=WARN),
    QuestionAsked(question_id="q1", task_id="restaurant:market", department="fire", question="疏散通道是否合格"),
    QuestionAnswered(question_id="q1", answer="合格"),
    TaskReturned(task_id="restaurant:market", materials=("plan",), reason="内容需补正", answer_by=DUE),
    TaskResubmitted(task_id="restaurant:market"),
    TaskApproved(task_id="restaurant:market", opinion="同意"),
    TaskRefused(task_id="restaurant:market", reasons="不符合条件", legal_basis="第三十八条"),
    ClockStopped(
        suspension_id="hearing-1",
        ground=Ground.HEARING,
        notice="听证书面通知",
        task_id="restaurant:market",
        expected_working_days=10,
        presided_by="B2",
        held_on=date(2025, 4, 8),
        law="安全生产许可证条例 第七条",
    ),
    InspectionBegun(suspension_id="visit-1", notice="现场核查告知书", inspected_by=("R1", "B2")),
    InspectionEnded(suspension_id="visit-1"),
    ClockResumed(
        suspension_id="hearing-1",
        due_at=DUE,
        tasks=(TaskDue(task_id="restaurant:market", due_at=DUE, warn_at=WARN),),
        **BY_LAW,
    ),
    DeemedAccepted(lapsed_at=WARN, due_at=DUE, unit=Unit.WORKING_DAYS, **BY_LAW, statutory_unit=Unit.CALENDAR_DAYS),
    SupplementLapsed(materials=("plan", "copy")),
    SupplementOverdue(materials=("plan", "copy")),
    TaskSupplementLapsed(task_id="restaurant:market", materials=("plan",)),
    DeferralLapsed(material_id="plan", promised_by=date(2025, 3, 20)),
    PartSentBack(item_id="signboard", material_id="plan", promised_by=date(2025, 3, 20), after="food"),
    ExtensionRefused(asked_by="R1", reason="工作量大不是理由"),
    ComplaintClosed(reply="已向申请人说明"),
    SnoozeEnded(task_id="restaurant:fire"),
    HandingOverHeld(material_id="plan", promised_by=date(2025, 3, 20)),
    TaskClosed(task_id="restaurant:fire", department="fire", reason=Closing.CASE_ENDED, because_of="restaurant:market"),
    Revoked(
        ground=RevocationGround.OBTAINED_BY_FRAUD,
        reasons="提供虚假材料",
        legal_basis="行政许可法 第六十九条",
        order="市监撤〔2025〕3号",
        remedies="六十日内申请行政复议",
        told_on=date(2025, 5, 6),
        statement="ef" * 32,
    ),
    LicenceCancelled(
        ground=CancellationGround.ORGANISATION_ENDED,
        reasons="企业已注销登记",
        legal_basis="行政许可法 第七十条第三项",
        order="市监注〔2025〕9号",
        content_hash="cd" * 32,
    ),
    Terminated(ground=TerminationGround.APPLICANT_DIED, reasons="申请人死亡", legal_basis="行政许可法 第七十条"),
    LightTurned(part="restaurant:market", light=Light.YELLOW, limit=WARN),
    LimitsRecounted(
        order="台风停工 2025-9",
        notice="期限顺延一个工作日的书面告知",
        limits=(
            MovedLimit(part="decision", former=WARN, due_at=DUE),
            MovedLimit(part="restaurant:market", former=WARN, due_at=DUE, warn_at=WARN),
            MovedLimit(part="statutory", former=None, due_at=LAWFUL, warn_at=DUE, unit=Unit.CALENDAR_DAYS),
        ),
    ),
    LimitExtended(
        due_at=DUE,
        notice="延长十个工作日的书面告知",
        tasks=(TaskDue(task_id="restaurant:market", due_at=DUE, warn_at=WARN),),
        **BY_LAW,
    ),
    Decided(
        outcome=Outcome.REFUSED,
        reasons="不符合条件",
        legal_basis="第三十八条",
        remedies="六十日内申请行政复议",
        parts=(
            PartDecided(item_id="restaurant", granted=False),
            PartDecided(item_id="signboard", granted=False, because_of="restaurant"),
        ),
    ),
    ResultReady(content_hash="cd" * 32),
    ItemDecided(
        item_id="signboard",
        granted=False,
        reasons="不符合条件",
        legal_basis="第三十八条",
        remedies="六十日内申请行政复议",
    ),
    ItemResultReady(item_id="signboard", content_hash="cd" * 32),
    ItemIssued(
        item_id="signboard",
        delivery=Delivery.WINDOW,
        window="W01",
        receiver=BOX,
        taken_by=Receiver.PROXY,
        identity_checked=True,
        mandate="ef" * 32,
        tracking=None,
        rating_code="0a" * 32,
    ),
    ResultIssued(
        delivery=Delivery.WINDOW,
        window="W01",
        receiver=BOX,
        taken_by=Receiver.PROXY,
        identity_checked=True,
        mandate="ef" * 32,
        tracking=None,
        rating_code="0a" * 32,
    ),
    HandingOverFailed(delivery=Delivery.POST, failure=Failure.SENT_BACK, note="查无此人", item_id="signboard"),
    ResultUncollected(),
    Evaluated(grade=2, tags=("slow",), comment=BOX, anonymous=True),
    EvaluationLapsed(),
    RectificationOpened(grade=2, due_at=DUE),
    RatingVerified(founded=True, finding="等候过长"),
    RatingReplied(measures="增开窗口", reply="已致歉"),
    RectificationReviewed(satisfied=True, note="回访满意"),
    Withdrawn(reason="不再办理"),
    PartWithdrawn(
        item_id="signboard",
        reason="不设招牌",
        due_at=DUE,
        unit=Unit.WORKING_DAYS,
        **BY_LAW,
        statutory_unit=Unit.CALENDAR_DAYS,
    ),
    MergedInto(case_id="C2", reason="重复登记"),
    DuplicateFound(case_id="C1", reason="重复登记"),
    Transferred(hall="H02", reason="就近办理", ends=(KeptEnd(part="delivery", since=9, until=DUE),)),
    IntakeClaimed(hall="H02", window="W3"),
    LateDocumentFiled(content_hash="ab" * 32, what="补充照片"),
    Reopened(
        order="复议决定 7",
        reason="事实不清",
        due_at=DUE,
        unit=Unit.WORKING_DAYS,
        tasks=(TaskDue(task_id="restaurant:market", due_at=DUE, warn_at=WARN),),
        **BY_LAW,
        statutory_unit=Unit.CALENDAR_DAYS,
        result=AppealResult.ANNULLED,
        items=("signboard",),
    ),
    AcceptanceReopened(order="复议决定 8", reason="事实不清", result=AppealResult.ORDERED_TO_ACT, accept_by=DUE),
    MovedToVersion(item_id="restaurant", from_version=1, to_version=2, reason="适用新规"),
    StepRecorded(activity="T06 Determine necessity of stop advice"),
    RowCorrected(
        corrects=3,
        at=DUE,
        calendar=2,
        source=Source(
            log="receipt",
            ordinal=3,
            activity="T06 Determine necessity of stop advice",
            department="Permits",
            channel="Internet",
            group="Group 1",
            resource="Resource 21",
            attributes={"lifecycle:transition": "complete"},
            case_attributes={"responsible": "Resource 21"},
        ),
        reason="receipt-2026.csv",
    ),
    RowTakenOut(corrects=4, reason="receipt-2026.csv"),
    ClericalErrorCorrected(
        corrects=1,
        correction="窗口应为 W02",
        reason="录入错误",
        confirmed_by="F2",
        field=Correctable.WINDOW,
        value="W02",
    ),
    ItemPublished(item=VERSION),
    ItemRevised(item=VERSION, reason="改革"),
    PackagePublished(package=PACKAGE, reason="一件事一次办"),
    MaterialAdded(material=MATERIAL, **WHY),
    MaterialShared(material_id="plan", shared_as="floor-plan", **WHY),
    MaterialMadeDeferrable(material_id="plan", **WHY),
    MaterialAbolished(material_id="plan", **WHY),
    LimitsChanged(limits=VERSION.limits, **WHY),
    PutOnline(**WHY),
    ItemWithdrawn(**WHY),
    HallOpened(
        name=Label(zh="市民中心", en="Civic centre"), layout=Layout.BEFORE, windows=(WINDOW,), calendar=CALENDAR
    ),
    WindowsMerged(layout=Layout.AFTER, windows=(WINDOW,)),
    WindowOpened(window=WINDOW, reason="人多"),
    WindowMoved(window_id="W01", zone=ApplicantKind.NATURAL_PERSON, floor=2, reason="分区"),
    WindowsJoined(window_ids=("W01", "W02"), into=COMPREHENSIVE, order="改革令 2025-12"),
    WindowClosed(window_id="W01", reason="合并"),
    StaffAssigned(person="F1", window_id="W01", since=WARN, until=DUE, duties=(Duty.INTAKE, Duty.QUEUE)),
    StaffRelieved(person="F1", window_id="W01"),
    OpeningHoursChanged(
        sessions=(Session(opens=time(9), closes=time(12)), Session(opens=time(13), closes=MIDNIGHT)),
        weekdays=(0, 1, 2, 3, 4, 5),
        reason="便民",
    ),
    FavoursNamed(favours=(Favour.PREGNANT, Favour.WITH_INFANT), reason="便民"),
    TicketBooked(**VISIT, slot=DUE, favour=Favour.ELDERLY),
    TicketTaken(
        **VISIT,
        layout=Layout.BEFORE,
        number="L012",
        serial=12,
        place_at=DUE,
        favour=Favour.ELDERLY,
        ahead=3,
        estimated_s=900,
    ),
    TicketGivenUp(reason="改日再来"),
    TicketLapsed(),
    TicketCalled(window="W01"),
    TicketRecalled(),
    TicketNoShow(),
    TicketTransferred(
        zone=ApplicantKind.NATURAL_PERSON, department="fire", purpose=Purpose.COLLECT, reason="应到消防窗口"
    ),
    MatterServed(item_id="restaurant", case_id="2025-0001"),
    TicketServed(reason="材料未带齐"),
    ApplicantExcluded(applicant_id="P1", case_id="C1", lapse=9, until=DUE, reason="承诺的材料逾期未补"),
    ApplicantReadmitted(applicant_id="P1", reason="已履行承诺"),
    CalendarYearLoaded(year=YEAR),
    CalendarDayOverridden(override=TYPHOON),
    DepartmentEstablished(name=Label(zh="市场监督管理局", en="Market Supervision")),
    StaffJoined(person="M1", name=BOX, role=Role.HEAD),
    PersonJoined(name=BOX, role=Role.REVIEWER, department="market", hall="H1", since=DUE, until=None),
    RoleGiven(role=Role.HEAD, department="market", hall=None, since=WARN, until=DUE),
    RoleTaken(role=Role.HEAD, department="market", hall=None, reason="轮岗"),
    SubstituteNamed(substitute="M2", since=WARN, until=DUE, reason="休假"),
    SubstitutionEnded(substitute="M2"),
    PersonLeft(reason="退休"),
]
