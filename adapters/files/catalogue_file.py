"""The catalogue as a file: read and validated whole, loaded whole or not at all, written as it can be loaded again."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BeforeValidator, Field, ValidationError

from adapters.bootstrap import Installation
from adapters.files.file_model import FileLabel, FileModel
from adapters.files.yaml_file import BadFile, Marked, Where, read
from adapters.services.envelope import OF_ITS_OWN, Envelope
from domain.catalogue.item import ApprovalStep, ItemVersion, Limits, RequiredMaterial, ServiceItem
from domain.catalogue.package import HandedOver, Package, PackagePart, PackageVersion, Refusal
from domain.catalogue.packaging import PublishPackage
from domain.catalogue.publishing import PublishItem, ReviseItem
from domain.catalogue.separation import Separation, Together
from domain.catalogue.sourced_limit import SourcedLimit
from domain.city import City
from domain.command import Command
from domain.errors import OfficeError, RuleBroken
from domain.label import Label
from domain.office.office import Receipt
from domain.people.applicant_kind import ApplicantKind
from domain.record import Actor, Identifier, Text
from domain.time.working_time import Limit, Unit

UNITS = "|".join(Unit)
LIMIT = re.compile(rf"(\d{{1,4}}) ({UNITS})( with the first day)?")


def _limit(value: Any) -> Any:
    """``5 working_days``, or ``5 working_days with the first day``."""
    found = LIMIT.fullmatch(value) if isinstance(value, str) else None
    if found is None or found[1].strip("0") == "":
        raise ValueError(f"write a limit as '5 working_days'; its units are {', '.join(Unit)}")
    return Limit(amount=int(found[1]), unit=Unit(found[2]), first_day_counts=found[3] is not None)


LimitText = Annotated[
    Limit,
    BeforeValidator(_limit),
    Field(
        description=f"limit, as `5 working_days` (or {', '.join(list(Unit)[1:])}; `with the first day` where it counts)"
    ),
]


def _law(amount: int) -> Limit:
    return Limit(amount=amount, unit=Unit.WORKING_DAYS)


THE_LAW = {"statutory_notice": _law(5), "statutory_extension": _law(10), "statutory_delivery": _law(10)}
"""What a file means that does not say what the law allows an item: the Administrative Licensing Law, articles 32, 42
and 44. An item under another law says its own, or ``null`` where no law sets a limit."""
JOINT_HANDLING = {"statutory": _law(45), "statutory_extension": _law(15)}
"""The same of a package: article 42 for joint and centralised handling."""


class FileMaterial(FileModel):
    """A material of an item."""

    material: Identifier
    name: FileLabel
    deferrable: bool = False
    abolished: Text | None = None


class FileStep(FileModel):
    """A department's part."""

    step: Identifier
    department: Identifier
    after: tuple[Identifier, ...] = ()
    limit: LimitText | None = None


class FileLimits(FileModel):
    """The limits of an item."""

    notice: LimitText
    decision: LimitText
    delivery: LimitText
    statutory_decision: LimitText
    supplement: LimitText
    warning: Annotated[int, Field(ge=1, le=100)] = 75
    extension: LimitText | None = None
    evaluation: LimitText | None = None
    rectification: LimitText | None = None
    collection: LimitText | None = None
    deferral: LimitText | None = None
    statutory_notice: LimitText | None = THE_LAW["statutory_notice"]
    statutory_extension: LimitText | None = THE_LAW["statutory_extension"]
    statutory_delivery: LimitText | None = THE_LAW["statutory_delivery"]


class FileTogether(FileModel):
    """A separation that an item does without, and what allows it."""

    separation: Separation
    source: Text


class FileSourcedLimit(FileModel):
    """A limit and from what it is."""

    limit: LimitText
    source: Text

    @property
    def sourced(self) -> SourcedLimit:
        """The same as the catalogue has it."""
        return SourcedLimit(limit=self.limit, source=self.source)


class FileWithdrawal(FileModel):
    """From when on an item is offered no more, why, and by which order (文号)."""

    effective_from: date
    reason: Text
    order: Text


class WrongLimit(OfficeError):
    """A limit that was typed and cannot be taken."""


def changed_limits(limits: Limits, changes: Iterable[str]) -> Limits:
    """Limits with some of them changed, each typed as ``decision=8 working_days``; ``extension=none`` takes one away.

    Raises ``WrongLimit``.
    """
    given: dict[str, Any] = {name: _written(getattr(limits, name)) for name in FileLimits.model_fields}
    for change in changes:
        name, equals, value = (part.strip() for part in change.partition("="))
        if not equals or name not in FileLimits.model_fields:
            raise WrongLimit(
                f"{change!r} is not NAME=LIMIT, as decision=8 working_days; names are {', '.join(FileLimits.model_fields)}"
            )
        given[name] = None if value == "none" else value
    try:
        checked = FileLimits.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise WrongLimit(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    return Limits(**{name: getattr(checked, name) for name in FileLimits.model_fields})


def _written(value: Limit | int | None) -> str | int | None:
    return limit_text(value) if isinstance(value, Limit) else value


class FileItem(FileModel):
    """A service item; ``reason`` only where it changes one that is there. ``withdrawn`` counts in the folder of a city."""

    item: Identifier
    effective_from: date
    reason: Text | None = None
    name: FileLabel
    zone: ApplicantKind
    lead_department: Identifier
    legal_basis: Text
    online: bool | None = None
    supplement_law: Text | None = None
    procedure_law: Text | None = None
    inspection_law: Text | None = None
    lapse_by_paper: Text | None = None
    online_until_midnight: Text | None = None
    delivery_waits: Text | None = None
    hearing_summons: FileSourcedLimit | None = None
    revocation_hearing: FileSourcedLimit | None = None
    materials: tuple[FileMaterial, ...] = ()
    approvals: tuple[FileStep, ...]
    limits: FileLimits
    withdrawn: FileWithdrawal | None = None
    together: tuple[FileTogether, ...] = ()

    def version(self, number: int) -> ItemVersion:
        """The item's version with this number."""
        return ItemVersion(
            version=number,
            effective_from=self.effective_from,
            name=self.name.label,
            zone=self.zone,
            lead_department=self.lead_department,
            materials=tuple(
                RequiredMaterial(
                    material_id=m.material, name=m.name.label, deferrable=m.deferrable, abolished=m.abolished
                )
                for m in self.materials
            ),
            approvals=tuple(
                ApprovalStep(step=a.step, department=a.department, after=a.after, limit=a.limit) for a in self.approvals
            ),
            limits=Limits(**{name: getattr(self.limits, name) for name in FileLimits.model_fields}),
            legal_basis=self.legal_basis,
            online=self.online,
            supplement_law=self.supplement_law,
            procedure_law=self.procedure_law,
            inspection_law=self.inspection_law,
            lapse_by_paper=self.lapse_by_paper,
            online_until_midnight=self.online_until_midnight,
            delivery_waits=self.delivery_waits,
            hearing_summons=None if self.hearing_summons is None else self.hearing_summons.sourced,
            revocation_hearing=None if self.revocation_hearing is None else self.revocation_hearing.sourced,
            together=tuple(Together(separation=t.separation, source=t.source) for t in self.together) or None,
        )


class FilePart(FileModel):
    """One item of a package."""

    item: Identifier
    after: tuple[Identifier, ...] = ()
    only_if: Identifier | None = None


class FilePackage(FileModel):
    """A package; its items are in the catalogue already. ``reason`` only where it changes one that is there."""

    package: Identifier
    effective_from: date
    reason: Text | None = None
    name: FileLabel
    zone: ApplicantKind
    lead_department: Identifier
    limit: LimitText
    extension: LimitText | None = None
    statutory: LimitText | None = JOINT_HANDLING["statutory"]
    statutory_extension: LimitText | None = JOINT_HANDLING["statutory_extension"]
    refusal: Refusal
    handed_over: HandedOver | None = None
    extended_by: Identifier | None = None
    left_alone: FileSourcedLimit | None = None
    parts: tuple[FilePart, ...]

    def version(self, number: int) -> PackageVersion:
        """The package's version with this number."""
        return PackageVersion(
            version=number,
            effective_from=self.effective_from,
            name=self.name.label,
            zone=self.zone,
            lead_department=self.lead_department,
            parts=tuple(PackagePart(item_id=p.item, after=p.after, only_if=p.only_if) for p in self.parts),
            limit=self.limit,
            extension=self.extension,
            statutory=self.statutory,
            statutory_extension=self.statutory_extension,
            refusal=self.refusal,
            handed_over=self.handed_over,
            extended_by=self.extended_by,
            left_alone=None if self.left_alone is None else self.left_alone.sourced,
        )


class FileCatalogue(FileModel):
    """A file."""

    items: tuple[FileItem, ...] = ()
    packages: tuple[FilePackage, ...] = ()


def parsed(file: Path) -> tuple[Marked, FileCatalogue]:
    """A file with its lines. Raises ``BadFile``, ``OSError``."""
    marked = read(file)
    try:
        return marked, FileCatalogue.model_validate(marked.value)
    except ValidationError as error:
        raise marked.refused(error) from error


def load(installation: Installation, file: Path, by: Actor, envelope: Envelope = OF_ITS_OWN) -> list[Receipt]:
    """Publish and revise what a file says, all of it or nothing. What stands there already stays as it is.

    Raises ``BadFile`` with every problem and its line, ``OSError``.
    """
    marked, catalogue = parsed(file)
    city, now = installation.office.city(), envelope.moment(installation.now())
    commands: list[Command] = []
    problems: list[tuple[int, str]] = []
    seen: set[str] = set()
    every: list[tuple[Where, FileItem | FilePackage]] = [
        *((("items", number, "item"), item) for number, item in enumerate(catalogue.items)),
        *((("packages", number, "package"), package) for number, package in enumerate(catalogue.packages)),
    ]
    for where, each in every:
        line = marked.line(where)
        noun, name = ("item", each.item) if isinstance(each, FileItem) else ("package", each.package)
        try:
            if f"{noun}/{name}" in seen:
                raise RuleBroken("catalogue", f"{noun} {name} appears twice; keep one")
            seen.add(f"{noun}/{name}")
            made = _item(each, city, by, now) if isinstance(each, FileItem) else _package(each, city, by, now)
            if made is not None:
                command, state = made
                if envelope.command_id is not None:
                    command = command.model_copy(update={"command_id": envelope.id_of(f"{noun}/{name}")})
                command.decide(state, city)
                commands.append(command)
        except OfficeError as refusal:
            problems.append((line, str(refusal)))
    if problems:
        raise BadFile(file, problems)
    return installation.office.execute_together(commands)


def _item(each: FileItem, city: City, by: Actor, now: datetime) -> tuple[Command, ServiceItem] | None:
    """What makes the item as the file has it, and the item as it is; None when it is so already."""
    state = city.items.get(each.item) or ServiceItem(item_id=each.item)
    version = each.version(len(state.versions) + 1)
    if state.versions and same_version(version, read_with_the_law(state.versions[-1], each)):
        return None
    common = _common("item", each.item, version, by, now)
    if not state.versions:
        return PublishItem(**common, item_id=each.item, item=version), state
    if each.reason is None:
        raise RuleBroken("catalogue", f"service item {each.item} is there and differs; say why under `reason`")
    return ReviseItem(**common, item_id=each.item, item=version, reason=each.reason), state


def _package(each: FilePackage, city: City, by: Actor, now: datetime) -> tuple[Command, Package] | None:
    """The same for a package."""
    state = city.packages.get(each.package) or Package(package_id=each.package)
    version = each.version(len(state.versions) + 1)
    if state.versions and same_version(version, package_read_with_the_law(state.versions[-1], each)):
        return None
    common = _common("package", each.package, version, by, now)
    return PublishPackage(**common, package_id=each.package, package=version, reason=each.reason), state


def read_with_the_law(version: ItemVersion, file: FileItem) -> ItemVersion:
    """A version that was published before anybody said what the law allows: where the file leaves it out too, it is as good."""
    limits = version.limits
    laws: dict[str, Any] = {n: law for n, law in THE_LAW.items() if n not in file.limits.model_fields_set}
    unsaid = {n: law for n, law in laws.items() if getattr(limits, n) is None}
    return replace(version, limits=replace(limits, **unsaid))


def package_read_with_the_law(version: PackageVersion, file: FilePackage) -> PackageVersion:
    """The same of a package."""
    laws: dict[str, Any] = {n: law for n, law in JOINT_HANDLING.items() if n not in file.model_fields_set}
    return replace(version, **{n: law for n, law in laws.items() if getattr(version, n) is None})


def _common(noun: str, name: str, version: ItemVersion | PackageVersion, by: Actor, now: datetime) -> dict[str, Any]:
    digest = sha256(repr(version).encode()).hexdigest()[:16]
    number = f"catalogue/{noun}/{name}/{version.version}/{digest}"
    return {"command_id": number, "actor": by, "occurred_at": now}


def same_version(one: ItemVersion | PackageVersion, other: ItemVersion | PackageVersion) -> bool:
    """Whether two versions differ in nothing but their number."""

    def content(version: ItemVersion | PackageVersion) -> tuple[Any, ...]:
        return tuple(getattr(version, name) for name in version.__slots__ if name != "version")

    return content(one) == content(other)


def exported(city: City, items: Iterable[str], packages: Iterable[str], day: date | None) -> str:
    """Items and packages in the form in which they are loaded, as they stand at the end or on a day."""
    told: dict[str, list[dict[str, Any]]] = {"items": [], "packages": []}
    for item_id in items:
        item = city.item(item_id)
        told["items"].append(item_told(item_id, item.versions[-1] if day is None else item.in_force(day)))
    for package_id in packages:
        package = city.package(package_id)
        told["packages"].append(
            package_told(package_id, package.versions[-1] if day is None else package.in_force(day))
        )
    return yaml.safe_dump(present(told), allow_unicode=True, sort_keys=False, width=120)


def present(values: dict[str, Any]) -> dict[str, Any]:
    """What is said; a default is not."""
    return {name: value for name, value in values.items() if value not in (None, (), [], False)}


def label(name: Label) -> dict[str, str]:
    """A name as a file has it."""
    return {"zh": name.zh, "en": name.en}


def package_told(package_id: str, version: PackageVersion) -> dict[str, Any]:
    """A version of a package as a file has it."""
    law = {name: getattr(version, name) for name in JOINT_HANDLING}
    return present(
        {
            "package": package_id,
            "effective_from": version.effective_from.isoformat(),
            "name": label(version.name),
            "zone": version.zone.value,
            "lead_department": version.lead_department,
            "limit": limit_text(version.limit),
            "extension": version.extension and limit_text(version.extension),
            "refusal": version.refusal.value,
            "handed_over": version.handed_over and version.handed_over.value,
            "extended_by": version.extended_by,
            "left_alone": _sourced(version.left_alone),
            "parts": [
                present({"item": part.item_id, "after": list(part.after), "only_if": part.only_if})
                for part in version.parts
            ],
        }
    ) | {name: limit and limit_text(limit) for name, limit in law.items()}


def _sourced(limit: SourcedLimit | None) -> dict[str, str] | None:
    return None if limit is None else {"limit": limit_text(limit.limit), "source": limit.source}


def _together(version: ItemVersion) -> dict[str, Any]:
    told = [{"separation": each.separation.value, "source": each.source} for each in version.together or ()]
    return {"together": told} if told else {}


def item_told(item_id: str, version: ItemVersion) -> dict[str, Any]:
    """A version of an item as a file has it."""
    limits = {name: getattr(version.limits, name) for name in FileLimits.model_fields}
    return present(
        {
            "item": item_id,
            "effective_from": version.effective_from.isoformat(),
            "name": label(version.name),
            "zone": version.zone.value,
            "lead_department": version.lead_department,
            "legal_basis": version.legal_basis,
            "supplement_law": version.supplement_law,
            "procedure_law": version.procedure_law,
            "inspection_law": version.inspection_law,
            "lapse_by_paper": version.lapse_by_paper,
            "online_until_midnight": version.online_until_midnight,
            "delivery_waits": version.delivery_waits,
            "hearing_summons": _sourced(version.hearing_summons),
            "revocation_hearing": _sourced(version.revocation_hearing),
        }
    ) | {
        **({} if version.online is None else {"online": version.online}),
        **_together(version),
        "materials": [
            present(
                {
                    "material": m.material_id,
                    "name": label(m.name),
                    "deferrable": m.deferrable,
                    "abolished": m.abolished,
                }
            )
            for m in version.materials
        ],
        "approvals": [
            present(
                {
                    "step": a.step,
                    "department": a.department,
                    "after": list(a.after),
                    "limit": a.limit and limit_text(a.limit),
                }
            )
            for a in version.approvals
        ],
        "limits": {
            name: limit_text(value) if isinstance(value, Limit) else value
            for name, value in limits.items()
            if value is not None or name in THE_LAW
        },
    }


def limit_text(limit: Limit) -> str:
    """A limit as it is written in a file."""
    return f"{limit.amount} {limit.unit.value}" + (" with the first day" if limit.first_day_counts else "")
