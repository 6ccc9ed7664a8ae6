"""Whom a hall calls first (优先叫号), by law or because it says so."""

from enum import StrEnum


class Favour(StrEnum):
    """Why somebody is called first. The first three are favoured by law, the others where the hall says so.

    Laws on the protection of the elderly (58), of disabled persons (50), and on the status of military personnel (51).
    """

    ELDERLY = "elderly"
    DISABLED = "disabled"
    MILITARY = "military"
    PREGNANT = "pregnant"
    WITH_INFANT = "with_infant"
    VOLUNTEER = "volunteer"

    @property
    def by_law(self) -> bool:
        """Whether every hall must call them first."""
        return self in (Favour.ELDERLY, Favour.DISABLED, Favour.MILITARY)
