"""Applicants, in plain words and sealed."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from domain.people.applicant_kind import ApplicantKind
from domain.record import Identifier, Text
from domain.sealing import Sealed, Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedApplicant:
    """An applicant as an event holds one: a number, the kind, and everything personal sealed."""

    applicant_id: str
    kind: ApplicantKind
    name: Sealed
    identity_number: Sealed | None = None
    phone: Sealed | None = None
    address: Sealed | None = None


class Applicant(BaseModel):
    """An applicant as a person at the window writes one down."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    applicant_id: Identifier
    kind: ApplicantKind
    name: Text
    identity_number: Text | None = None
    phone: Text | None = None
    address: Text | None = None

    def sealed(self, vault: Vault) -> SealedApplicant:
        """The same applicant under a key of their own."""
        key = f"applicant/{self.applicant_id}"

        def seal(field: str, text: str | None) -> Sealed | None:
            return None if text is None else vault.seal(key, field, text)

        return SealedApplicant(
            applicant_id=self.applicant_id,
            kind=self.kind,
            name=vault.seal(key, "name", self.name),
            identity_number=seal("identity_number", self.identity_number),
            phone=seal("phone", self.phone),
            address=seal("address", self.address),
        )
