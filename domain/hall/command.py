"""What the commands of a hall have in common."""

from typing import ClassVar

from domain.command import Command
from domain.errors import UnknownReference
from domain.hall.hall import Hall
from domain.record import Identifier, Role


class HallCommand(Command):
    """Asked of one hall."""

    roles: ClassVar = frozenset({Role.OPERATOR})

    hall_id: Identifier

    @property
    def stream_id(self) -> str:
        return f"hall/{self.hall_id}"

    def place_of(self, state: Hall) -> str:
        return self.hall_id

    def new(self) -> Hall:
        return Hall(hall_id=self.hall_id)

    def opened(self, state: Hall) -> Hall:
        """The hall, if it was ever opened. Raises ``UnknownReference``."""
        if state.name is None:
            raise UnknownReference(f"hall {self.hall_id} is not known; open it first")
        return state
