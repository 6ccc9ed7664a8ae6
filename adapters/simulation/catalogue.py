"""The catalogue of the simulated city: departments, materials, service items and packages, before and after the reform.

The source says that 170 materials were abolished. So says this catalogue at ``Size.SOURCE``: 12 matters, each in five
variants, that ask for 34 materials a variant less after the reform.
"""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from domain.catalogue.item import ApprovalStep, ItemVersion, Limits, RequiredMaterial
from domain.catalogue.package import PackagePart, PackageVersion, Refusal
from domain.label import Label
from domain.people.applicant_kind import ApplicantKind
from domain.time.working_time import Limit, Unit

IN_FORCE = {1: date(2024, 1, 2), 2: date(2025, 8, 30)}
NATURAL, LEGAL = ApplicantKind.NATURAL_PERSON, ApplicantKind.LEGAL_PERSON
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
    "account": ("银行开户许可证", "Bank account permit"),
    "no-record": ("无犯罪记录证明", "Certificate of no criminal record"),
    "marriage": ("婚姻状况证明", "Certificate of marital status"),
    "signature": ("法定代表人签字样本公证", "Notarised signature of the representative"),
    "village": ("村(居)委会证明", "Letter of the neighbourhood committee"),
}
ABOLISHED = ("copy", "no-debt", "seal", "account", "no-record", "marriage", "signature", "village")
"""What the reform no longer asks for."""
DEFERRABLE = ("health-card", "plan")


class Asked(NamedTuple):
    """A service item: its name, for whom, by which departments (the first leads), with which materials."""

    zh: str
    en: str
    zone: ApplicantKind
    departments: tuple[str, ...]
    materials: tuple[str, ...]


ITEMS = {
    "restaurant": Asked("餐饮服务许可", "Opening a restaurant", LEGAL, ("market", "fire"), ("licence", "lease", "plan", "health-card", "copy", "account", "signature")),
    "food-shop": Asked("食品经营许可", "Food business licence", LEGAL, ("market",), ("licence", "lease", "seal", "copy", "account")),
    "pharmacy": Asked("药品零售许可", "Opening a pharmacy", LEGAL, ("market", "health"), ("licence", "lease", "plan", "copy", "seal", "no-record")),
    "clinic": Asked("诊所备案", "Registering a clinic", LEGAL, ("health", "fire"), ("licence", "lease", "plan", "no-debt", "signature", "no-record")),
    "signboard": Asked("户外招牌设置", "Putting up a signboard", LEGAL, ("urban",), ("licence", "plan", "copy", "seal", "account")),
    "construction": Asked("建筑工程施工许可", "Building permit", LEGAL, ("housing", "land"), ("licence", "plan", "no-debt", "commitment", "seal", "account")),
    "discharge": Asked("排污许可", "Discharge permit", LEGAL, ("ecology",), ("licence", "plan", "seal", "account", "signature")),
    "individual": Asked("个体工商户登记", "Registering a sole trader", NATURAL, ("market",), ("id-card", "lease", "copy", "marriage", "no-record")),
    "residence": Asked("居住证办理", "Residence permit", NATURAL, ("police",), ("id-card", "photo", "resident", "no-debt", "marriage")),
    "pension": Asked("养老待遇核定", "Pension assessment", NATURAL, ("labour",), ("id-card", "resident", "copy", "village", "marriage")),
    "homestead": Asked("宅基地建房审批", "Building a farmhouse", NATURAL, ("land", "housing"), ("id-card", "plan", "resident", "commitment", "village", "no-debt")),
    "nursery": Asked("托育机构备案", "Home day-care", NATURAL, ("health", "fire"), ("id-card", "lease", "plan", "health-card", "copy", "no-record", "village")),
}  # fmt: skip
VARIANTS = {
    "change": ("变更", "change"),
    "renewal": ("延续", "renewal"),
    "replacement": ("补证", "replacement"),
    "closure": ("注销", "closure"),
}
"""What else is applied for about a matter, once it was granted."""
PACKAGES = {
    "open-restaurant": ("开餐馆一件事", "Opening a restaurant with its signboard", ("restaurant", "signboard")),
    "open-shop": ("开店一件事", "Opening a food shop with its signboard", ("food-shop", "signboard")),
    "settle": ("落户一件事", "Settling in: residence and pension", ("residence", "pension")),
}
"""What is one application after the reform; before it, one for each item. The last two are of two departments."""


class Size(StrEnum):
    """How large the city is: to try it on, or as the source says."""

    SMALL = "small"
    SOURCE = "source"


@cache
def items_of(size: Size) -> dict[str, Asked]:
    """The service items of a city."""
    return dict(_items(size))


def _items(size: Size) -> Iterator[tuple[str, Asked]]:
    yield from ITEMS.items()
    for variant, (zh, en) in VARIANTS.items() if size is Size.SOURCE else ():
        for name, item in ITEMS.items():
            yield f"{name}-{variant}", item._replace(zh=f"{item.zh}({zh})", en=f"{item.en}, {en}")


def item_version(item: Asked, number: int) -> ItemVersion:
    """Version 1 from before the reform: one department after the other; version 2 after it: in parallel, less asked."""
    reformed = number == 2
    approvals = tuple(
        ApprovalStep(
            step=department,
            department=department,
            after=item.departments[:place] if not reformed else (),
            limit=days(5 if reformed else 8),
        )
        for place, department in enumerate(item.departments)
    )
    return ItemVersion(
        version=number,
        effective_from=IN_FORCE[number],
        name=Label(zh=item.zh, en=item.en),
        zone=item.zone,
        lead_department=item.departments[0],
        materials=tuple(_material(m, reformed=reformed) for m in item.materials),
        approvals=approvals,
        limits=Limits(
            notice=days(5),
            decision=days(8 if reformed else 20),
            delivery=days(3 if reformed else 10),
            statutory_decision=days(20),
            supplement=days(10),
            rectification=days(5),
            deferral=Limit(amount=120, unit=Unit.CALENDAR_DAYS),
        ),
        supplement_law="本市行政许可程序规定（模拟） a rule of the simulated city",
        inspection_law="本市行政许可程序规定（模拟） a rule of the simulated city",
        legal_basis="中华人民共和国行政许可法 Administrative Licensing Law",
        online=reformed or None,
    )


def package_version(package_id: str) -> PackageVersion:
    """A package as it is offered after the reform."""
    zh, en, parts = PACKAGES[package_id]
    return PackageVersion(
        version=1,
        effective_from=IN_FORCE[2],
        name=Label(zh=zh, en=en),
        zone=ITEMS[parts[0]].zone,
        lead_department=ITEMS[parts[0]].departments[0],
        parts=tuple(PackagePart(item_id=item_id) for item_id in parts),
        limit=days(8),
        refusal=Refusal.EACH_BY_ITSELF,
    )


def days(amount: int) -> Limit:
    """So many working days."""
    return Limit(amount=amount, unit=Unit.WORKING_DAYS)


def _material(material_id: str, *, reformed: bool) -> RequiredMaterial:
    zh, en = MATERIALS[material_id]
    return RequiredMaterial(
        material_id=material_id,
        name=Label(zh=zh, en=en),
        deferrable=material_id in DEFERRABLE,
        abolished=ORDER if reformed and material_id in ABOLISHED else None,
    )
