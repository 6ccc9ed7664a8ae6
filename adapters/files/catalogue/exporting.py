"""Items and packages, written as they can be loaded again."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from adapters.files.catalogue.limits import JOINT_HANDLING, THE_LAW, FileLimits, limit_text
from adapters.files.yaml_file import written
from domain.catalogue.item import ItemVersion
from domain.catalogue.package import PackageVersion
from domain.catalogue.sourced_limit import SourcedLimit
from domain.city import City
from domain.label import Label
from domain.time.working_time import Limit


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
    return written(present(told))


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
