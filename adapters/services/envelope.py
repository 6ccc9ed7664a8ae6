"""The envelope of a command: what its sender says beside its content, its id and when it happened."""

from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple, TypeVar
from uuid import uuid4

from adapters.bootstrap import Installation
from domain.command import LIVE
from domain.office.office import Receipt
from domain.record import Event

Made = TypeVar("Made", bound=Event)


class Envelope(NamedTuple):
    """The id that a sender chose, so that the same command given again is one effect (rule 8), and when it happened (UTC).

    Without an id each command gets a new one; without a time it happens when it is decided.
    """

    command_id: str | None = None
    occurred_at: datetime = LIVE

    def id_of(self, part: str = "", otherwise: str | None = None) -> str:
        """The id of one command. Where one request gives many, ``part`` tells them apart: ``ID/part``.

        ``otherwise`` is the id where the sender chose none, instead of a new one.
        """
        if self.command_id is None:
            return otherwise or f"cli/{uuid4()}"
        return f"{self.command_id}/{part}" if part else self.command_id

    def fields(self, part: str = "", otherwise: str | None = None) -> dict[str, Any]:
        """Both as fields of a command."""
        return {"command_id": self.id_of(part, otherwise), "occurred_at": self.occurred_at}

    def moment(self, now: datetime) -> datetime:
        """When it happened; ``now`` for a command that is live."""
        return now if self.occurred_at == LIVE else self.occurred_at

    def number(self, length: int) -> str:
        """A number of hexadecimal digits for what a command begins: always the same for the sender's id, else a new one."""
        return (
            uuid4().hex[:length] if self.command_id is None else sha256(self.command_id.encode()).hexdigest()[:length]
        )

    def first_receipt(self, installation: Installation) -> Receipt | None:
        """The receipt of the command with the sender's id, where it was recorded before."""
        if self.command_id is None:
            return None
        answers = installation.office.recorder.select_answers([self.command_id])
        return answers[self.command_id][1] if answers else None

    def first_event(self, installation: Installation, kind: type[Made]) -> tuple[str, Made] | None:
        """The history and the event of a kind that the command with the sender's id made, where it was recorded before.

        What a command was completed with at the edge stands there: a number, an estimate, the digest of a code. Given
        again it is completed with the same.
        """
        receipt = self.first_receipt(installation)
        for record in installation.office.records(receipt.stream_id) if receipt else ():
            if record.act.command_id == self.command_id and isinstance(record.event, kind):
                return record.originator_id, record.event
        return None


OF_ITS_OWN = Envelope()
"""A new id, and now."""
