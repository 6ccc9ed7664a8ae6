"""For whom a zone of a hall is."""

from enum import StrEnum


class ApplicantKind(StrEnum):
    """A natural person (自然人) or a legal person (法人)."""

    NATURAL_PERSON = "natural_person"
    LEGAL_PERSON = "legal_person"
