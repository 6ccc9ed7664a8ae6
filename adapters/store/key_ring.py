"""The key ring: a key for each person, wrapped by the master key, in a table of its own."""

from time import monotonic

import structlog
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Engine, Text, bindparam, cast, exists, insert, or_, select
from sqlalchemy.types import LargeBinary

from adapters.store import box
from adapters.store.driver.failures import INTEGRITY, DatabaseError
from adapters.store.driver.statement import Statement
from adapters.store.driver.thread_connections import KeptConnections
from adapters.store.master_key import MasterKey, fingerprint
from adapters.store.schema import person_keys
from adapters.store.wrapping import DamagedKey, unwrapped, wrapped
from domain.recent import Recent
from domain.sealing import DAMAGED, ERASED, SEALED, Sealed

FIND = select(person_keys.c.wrapped, person_keys.c.master).where(person_keys.c.key == bindparam("key"))
MASTER = cast(bindparam("master"), Text)
ADD = (
    insert(person_keys)
    .from_select(
        ["key", "wrapped", "master"],
        select(cast(bindparam("key"), Text), cast(bindparam("wrapped"), LargeBinary), MASTER).where(
            or_(~exists().select_from(person_keys), exists().where(person_keys.c.master == MASTER))
        ),
    )
    .returning(person_keys.c.key)
)
"""A new key, unless all others are wrapped by another master key: who was asleep while it was changed adds none under the former."""
KEYS_AT_HAND = 10_000
SECONDS_AT_HAND = 1.0
"""A key is looked up again after so long: a person who is erased is soon so for every process that runs."""
TIMES_OVERTAKEN = 5
WARNED = 1_000
"""So many warnings are remembered, and not said again."""


class NotHere(Exception):
    """The keys of the persons are wrapped by a master key that is not at hand."""

    def __init__(self, name: str, given: bytes | None) -> None:
        super().__init__(
            f"the keys of this database are wrapped by master key {name}, "
            f"the one given is {'none' if given is None else fingerprint(given)}; "
            "set ONEWINDOW_MASTER_KEY or ONEWINDOW_MASTER_KEY_FILE to the right one"
        )


class KeyRing:
    """The vault (``domain.sealing.Vault``) of one database; ``box`` says how a text is sealed."""

    def __init__(self, engine: Engine, master: MasterKey) -> None:
        self._master = master
        self._at_hand: Recent[str, tuple[bytes, float]] = Recent(KEYS_AT_HAND)
        self._kept = KeptConnections(engine)
        self._find = Statement(engine, FIND)
        self._used = Statement(engine, select(person_keys.c.master).limit(1))
        self._add = Statement(engine, ADD)
        self._warned: Recent[str, bool] = Recent(WARNED)

    def close(self) -> None:
        """Give back what is kept open."""
        self._kept.close()

    def seal(self, key: str, field: str, text: str) -> Sealed:
        """Seal under the person's key, which is made and stored when it is new. Raises ``DatabaseError`` without the right master key."""
        try:
            secret = self._key(key) or self._make(key)
        except NotHere as missing:
            raise DatabaseError(str(missing)) from missing
        return Sealed(key=key, box=box.sealed(secret, key, field, text))

    def open(self, field: str, sealed: Sealed) -> str:
        """The text; ``ERASED`` when the person's key is destroyed, ``SEALED`` where the master key that wraps it is not here,
        ``DAMAGED`` where its own row is: whoever reads a list of many misses this name alone."""
        try:
            secret = self._key(sealed.key)
        except NotHere as missing:
            if self._is_news(str(missing)):
                structlog.get_logger().warning("names stay sealed", reason=str(missing))
            return SEALED
        except DamagedKey as damaged:
            if self._is_news(str(damaged)):
                structlog.get_logger().warning("a name cannot be read", reason=str(damaged))
            return DAMAGED
        if secret is None:
            return ERASED
        try:
            return box.opened(secret, sealed.key, field, sealed.box)
        except box.NotOpened:
            return ERASED  # sealed under a key that was destroyed; the person has another one by now

    def _key(self, key: str) -> bytes | None:
        """The person's key, None when there is none. Raises ``NotHere``, ``DatabaseError``."""
        secret, until = self._at_hand.get(key, (b"", 0.0))
        if monotonic() < until:
            return secret
        found = self._kept.run(self._find.rows, key=key)
        if not found:
            return None
        under, name = found[0]
        return self._remember(key, unwrapped(self._master_called(name), key, under))

    def _make(self, key: str) -> bytes:
        """A new key for a person, or the one that another process made meanwhile. Raises ``NotHere``, ``DatabaseError``."""
        secret = AESGCM.generate_key(256)
        for _ in range(TIMES_OVERTAKEN):
            used = self._kept.run(self._used.rows)
            master = self._master_called(used[0][0]) if used else self._master.read_or_make()
            row = {"key": key, "wrapped": wrapped(master, key, secret), "master": fingerprint(master)}
            try:
                if self._kept.run(self._add.rows, **row):
                    return self._remember(key, secret)
            except INTEGRITY:
                if made_meanwhile := self._key(key):
                    return made_meanwhile
        raise DatabaseError("the master key kept changing; try again in a moment")

    def _master_called(self, name: str) -> bytes:
        master = self._master.called(name)
        if master is None:
            raise NotHere(name, self._master.read())
        return master

    def _is_news(self, reason: str) -> bool:
        """Whether a reason was not said yet."""
        said = reason in self._warned
        self._warned.keep(reason, True)
        return not said

    def _remember(self, key: str, secret: bytes) -> bytes:
        self._at_hand.keep(key, (secret, monotonic() + SECONDS_AT_HAND))
        return secret
