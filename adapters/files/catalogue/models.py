"""What stands in a file of the catalogue: service items and packages, and the versions that they make."""

from adapters.files.catalogue.limits import JOINT_HANDLING, FileLimits, FileSourcedLimit, LimitText
from adapters.files.file_model import FileLabel, FileModel
from domain.catalogue.item import ApprovalStep, ItemVersion, Limits, RequiredMaterial
from domain.catalogue.package import HandedOver, PackagePart, PackageVersion, Refusal
from domain.catalogue.separation import Separation, Together
from domain.people.applicant_kind import ApplicantKind
from domain.record import Identifier, Text
from domain.time.written import Day


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


class FileTogether(FileModel):
    """A separation that an item does without, and what allows it."""

    separation: Separation
    source: Text


class FileWithdrawal(FileModel):
    """From when on an item is offered no more, why, and by which order (文号)."""

    effective_from: Day
    reason: Text
    order: Text


class FileItem(FileModel):
    """A service item; ``reason`` only where it changes one that is there. ``withdrawn`` counts in the folder of a city."""

    item: Identifier
    effective_from: Day
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
    effective_from: Day
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
