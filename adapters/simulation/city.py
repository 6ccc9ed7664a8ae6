"""The simulated city: departments, service items and halls, before and after the reform, entered by real commands."""

from datetime import UTC, date, datetime
from random import Random

from adapters.calendars import seeded
from adapters.simulation.names import person
from adapters.wiring import House
from domain.catalogue.item import ApprovalStep, ItemVersion, Limits, RequiredMaterial
from domain.catalogue.publishing import PublishItem, ReviseItem
from domain.command import Command
from domain.hall.hall import Layout, Window, WindowKind
from domain.hall.windows import MergeWindows, OpenHall
from domain.label import Label
from domain.people import ApplicantKind, EstablishDepartment, JoinStaff
from domain.record import Actor, Role
from domain.working_time import Limit, Unit

FOUNDED = datetime(2024, 1, 2, 1, 0, tzinfo=UTC)
REFORMED = datetime(2025, 8, 29, 1, 0, tzinfo=UTC)
IN_FORCE = {1: date(2024, 1, 2), 2: date(2025, 8, 30)}
NATURAL, LEGAL = ApplicantKind.NATURAL_PERSON, ApplicantKind.LEGAL_PERSON
OPERATOR = Actor(person="operator", role=Role.OPERATOR)
ORDER = "政务服务改革方案 2025-12 reform order"

DEPARTMENTS = {
    "market": ("市场监督管理局", "Market Supervision"),
    "fire": ("消防救援局", "Fire and Rescue"),
    "health": ("卫生健康委员会", "Health Commission"),
    "housing": ("住房和城乡建设局", "Housing and Construction"),
    "police": ("公安局", "Public Security"),
    "labour": ("人力资源和社会保障局", "Labour and Social Security"),
    "land": ("自然资源局", "Natural Resources"),
    "urban": ("城市管理局", "Urban Management"),
    "ecology": ("生态环境局", "Ecology and Environment"),
}
MATERIALS = {
    "id-card": ("身份证明", "Proof of identity"),
    "licence": ("营业执照", "Business licence"),
    "lease": ("场所使用证明", "Lease or title of the premises"),
    "plan": ("平面布置图", "Floor plan"),
    "health-card": ("健康证明", "Health certificates"),
    "photo": ("近期照片", "Photographs"),
    "seal": ("公章备案证明", "Registration of the seal"),
    "resident": ("居住证明", "Proof of residence"),
    "commitment": ("承诺书", "Written commitment"),
    "no-debt": ("无欠费证明", "Certificate of no arrears"),
    "copy": ("材料复印件公证", "Notarised copies"),
}
ABOLISHED = ("copy", "no-debt", "seal")
"""What the reform no longer asks for."""
DEFERRABLE = ("health-card", "plan")

ITEMS = {
    "restaurant": ("餐饮服务许可", "Opening a restaurant", LEGAL, ("market", "fire"), ("licence", "lease", "plan", "health-card", "copy")),
    "food-shop": ("食品经营许可", "Food business licence", LEGAL, ("market",), ("licence", "lease", "seal", "copy")),
    "pharmacy": ("药品零售许可", "Opening a pharmacy", LEGAL, ("market", "health"), ("licence", "lease", "plan", "copy")),
    "clinic": ("诊所备案", "Registering a clinic", LEGAL, ("health", "fire"), ("licence", "lease", "plan", "no-debt")),
    "signboard": ("户外招牌设置", "Putting up a signboard", LEGAL, ("urban",), ("licence", "plan", "copy")),
    "construction": ("建筑工程施工许可", "Building permit", LEGAL, ("housing", "land"), ("licence", "plan", "no-debt", "commitment")),
    "discharge": ("排污许可", "Discharge permit", LEGAL, ("ecology",), ("licence", "plan", "seal")),
    "individual": ("个体工商户登记", "Registering a sole trader", NATURAL, ("market",), ("id-card", "lease", "copy")),
    "residence": ("居住证办理", "Residence permit", NATURAL, ("police",), ("id-card", "photo", "resident", "no-debt")),
    "pension": ("养老待遇核定", "Pension assessment", NATURAL, ("labour",), ("id-card", "resident", "copy")),
    "homestead": ("宅基地建房审批", "Building a farmhouse", NATURAL, ("land", "housing"), ("id-card", "plan", "resident", "commitment")),
    "nursery": ("托育机构备案", "Home day-care", NATURAL, ("health", "fire"), ("id-card", "lease", "plan", "health-card", "copy")),
}  # fmt: skip
"""Chinese name, English label, zone, departments (the first leads), materials."""

HALLS = ("市民中心", "东湖", "高新区", "江北", "南山", "滨海", "开发区", "古城")


def days(amount: int) -> Limit:
    """So many working days."""
    return Limit(amount=amount, unit=Unit.WORKING_DAYS)


def item_version(item_id: str, number: int) -> ItemVersion:
    """Version 1 from before the reform: one department after the other; version 2 after it: in parallel, less asked."""
    zh, en, zone, departments, materials = ITEMS[item_id]
    reformed = number == 2
    approvals = tuple(
        ApprovalStep(
            step=department,
            department=department,
            after=departments[:place] if not reformed else (),
            limit=days(5 if reformed else 8),
        )
        for place, department in enumerate(departments)
    )
    return ItemVersion(
        version=number,
        effective_from=IN_FORCE[number],
        name=Label(zh=zh, en=en),
        zone=zone,
        lead_department=departments[0],
        materials=tuple(_material(m, reformed=reformed) for m in materials),
        approvals=approvals,
        limits=Limits(
            notice=days(5),
            decision=days(8 if reformed else 20),
            delivery=days(3 if reformed else 10),
            statutory_decision=days(20),
            supplement=days(10),
        ),
        legal_basis="中华人民共和国行政许可法 Administrative Licensing Law",
    )


def _material(material_id: str, *, reformed: bool) -> RequiredMaterial:
    zh, en = MATERIALS[material_id]
    return RequiredMaterial(
        material_id=material_id,
        name=Label(zh=zh, en=en),
        deferrable=material_id in DEFERRABLE,
        abolished=ORDER if reformed and material_id in ABOLISHED else None,
    )


def windows(layout: Layout) -> tuple[Window, ...]:
    """Two windows a department and zone before the reform; about half as many comprehensive ones after it."""
    if layout is Layout.BEFORE:
        pairs = sorted({(d, zone) for _, _, zone, departments, _ in ITEMS.values() for d in departments})
        return tuple(
            Window(window_id=f"{d}-{zone[0]}{n}", kind=WindowKind.DEPARTMENT, zone=zone, department=d)
            for d, zone in pairs
            for n in (1, 2)
        )
    kinds = (
        (WindowKind.COMPREHENSIVE,) * 4 + (WindowKind.COMPREHENSIVE_INTAKE,) * 2 + (WindowKind.COMPREHENSIVE_FEEDBACK,)
    )
    return tuple(
        Window(window_id=f"{zone[0].upper()}{number:02d}", kind=kind, zone=zone)
        for zone in (NATURAL, LEGAL)
        for number, kind in enumerate(kinds, start=1)
    )


def hall_id(number: int) -> str:
    """The id of the ``number``-th hall, from 1."""
    return f"H{number:02d}"


def reviewer(hall: str, department: str, number: int) -> str:
    """The number of a member of staff."""
    return f"{hall}-{department}-{number}"


def found(house: House, halls: int, layout: Layout, reviewers: dict[str, int]) -> None:
    """Enter the city as it is needed; what is entered already stays as it is."""

    def enter(command: type[Command], about: str, at: datetime, **fields: object) -> None:
        house.now = lambda: at
        house.office.execute(
            command.model_validate({"command_id": f"city/{about}", "actor": OPERATOR, "occurred_at": at, **fields})
        )

    for department, (zh, en) in DEPARTMENTS.items():
        enter(
            EstablishDepartment,
            f"department/{department}",
            FOUNDED,
            department_id=department,
            label=Label(zh=zh, en=en),
        )
    for item_id in ITEMS:
        enter(PublishItem, f"item/{item_id}/1", FOUNDED, item_id=item_id, item=item_version(item_id, 1))
    for number in range(1, halls + 1):
        hall = hall_id(number)
        place = HALLS[(number - 1) % len(HALLS)]
        enter(
            OpenHall,
            f"hall/{hall}",
            FOUNDED,
            hall_id=hall,
            label=Label(zh=f"{place}政务服务大厅", en=f"Government hall {number}"),
            layout=Layout.BEFORE,
            windows=windows(Layout.BEFORE),
            calendar=seeded(years=range(2024, 2027)),
        )
        for department, people in reviewers.items():
            for each in range(1, people + 1):
                name = reviewer(hall, department, each)
                fields = {"department_id": department, "person": name, "person_name": person(Random(name))}
                enter(JoinStaff, f"staff/{name}", FOUNDED, role=Role.HEAD if each == 1 else Role.REVIEWER, **fields)
    if layout is Layout.AFTER:
        for item_id in ITEMS:
            enter(
                ReviseItem, f"item/{item_id}/2", REFORMED, item_id=item_id, item=item_version(item_id, 2), reason=ORDER
            )
        for number in range(1, halls + 1):
            laid_out: dict[str, object] = {"hall_id": hall_id(number), "layout": layout, "windows": windows(layout)}
            enter(MergeWindows, f"layout/{hall_id(number)}/after", REFORMED, **laid_out)
