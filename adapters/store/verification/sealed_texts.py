"""Sealed texts of events: each is under the key of the person whose it is, opens with it, and is sealed as this software seals."""

from collections.abc import Iterator
from functools import cache
from typing import get_type_hints

from sqlalchemy import Connection, bindparam, select

from adapters.store import box
from adapters.store.driver.failures import DatabaseError
from adapters.store.master_key import MasterKey
from adapters.store.schema import person_keys
from adapters.store.wrapping import unwrapped
from domain.history import name_of
from domain.office.event_types import named
from domain.people.applicant import SealedApplicant
from domain.recent import Recent
from domain.record import Record
from domain.sealing import Sealed

FIND = select(person_keys.c.wrapped, person_keys.c.master).where(person_keys.c.key == bindparam("key"))
KEYS_AT_HAND = 10_000


class SealedTexts:
    """The sealed texts of one database. ``erased`` counts those whose person's key is gone, ``unopened`` those whose master key is not here."""

    def __init__(self, connection: Connection, master: MasterKey) -> None:
        self._connection = connection
        self._master = master
        self._at_hand: Recent[str, bytes | None] = Recent(KEYS_AT_HAND)
        self.erased = 0
        self.unopened = 0

    def wrong(self, record: Record) -> Iterator[str]:
        """What is wrong with the sealed texts of an event."""
        for name in _sealing(record.event.type_name):
            held = getattr(record.event, name)
            if isinstance(held, Sealed):
                yield from self._wrong(_owner(record, name), name, held)
            elif isinstance(held, SealedApplicant):
                owner = f"applicant/{held.applicant_id}"
                for field in ("name", "identity_number", "phone", "address"):
                    if (text := getattr(held, field)) is not None:
                        yield from self._wrong(owner, field, text)

    def _wrong(self, owner: str | None, field: str, text: Sealed) -> Iterator[str]:
        if owner is not None and text.key != owner:
            yield f"its {field} is sealed under the key of {text.key}, not of {owner}"
        try:
            secret = self._secret(text.key)
        except DatabaseError:
            return  # found where the keys are
        if secret is None:
            return
        try:
            plain = box.opened(secret, text.key, field, text.box)
        except box.NotOpened:
            yield f"its {field} does not open under the key of {text.key}: it is of another person or field, or was changed"
            return
        if box.sealed(secret, text.key, field, plain) != text.box:
            yield f"its {field} is not sealed as this software seals: its nonce does not follow from the text"

    def _secret(self, key: str) -> bytes | None:
        """The key of a person; None where it is gone, or is wrapped by a master key that is not here. Raises ``DatabaseError``."""
        secret = self._at_hand.get(key, None)
        if secret is not None:
            return secret
        row = self._connection.execute(FIND, {"key": key}).one_or_none()
        if row is None:
            self.erased += 1
            return None
        master = self._master.called(row.master)
        if master is None:
            self.unopened += 1
            return None
        secret = unwrapped(master, key, row.wrapped)
        self._at_hand.keep(key, secret)
        return secret


@cache
def _sealing(type_name: str) -> tuple[str, ...]:
    """The fields of an event of this stored name that may hold sealed texts."""
    hints = {name: str(hint) for name, hint in get_type_hints(named(type_name)).items()}
    return tuple(name for name, hint in hints.items() if "Sealed" in hint)


def _owner(record: Record, field: str) -> str | None:
    """Under whose key a text of an event is sealed, as its command seals it; None in older records, which differ."""
    stream_id = record.originator_id
    match record.event.type_name, field:
        case "staff.joined", _:
            return stream_id
        case _, "comment" | "receiver":
            return f"{field}/{name_of(stream_id)}"
    return None
