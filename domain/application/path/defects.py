"""Defects of materials by their kind: what the one-time notice named of a material, and nothing else, is held against the applicant (rule 4)."""

from __future__ import annotations

from domain.application.components import Material
from domain.application.state import Application
from domain.application.terms import Defect, Verdict
from domain.errors import RuleBroken


def kind_of(found: Material) -> Defect:
    """What a notice names of a material: of one that is not there, that another paper will not do."""
    return Defect.ANOTHER_PAPER if found.verdict is Verdict.MISSING else found.defect or Defect.OTHER


def same_as_noticed(case: Application, material_id: str, defect: Defect, reason: str) -> None:
    """Raise ``RuleBroken`` where the notice named the material for a defect of another kind.

    A defect that the list does not know is the same in the same words. What was promised is owed by the promise: of it what the
    applicant was told when it came is the notice.
    """
    material = case.materials[material_id]
    named = case.noticed_for.get(material_id) if material.promised_by is None else material.told
    if named is None:
        return
    kind, words = named
    if defect is kind and (kind is not Defect.OTHER or reason == words):
        return
    told = f"{kind} ({words})" if words else kind.value
    raise RuleBroken(
        "rule 4",
        f"the notice of case {case.case_id} named {material_id} as {told}, not as {defect}; accept the material and leave the rest to its department, or name the defect of the notice if it is still there",
    )
