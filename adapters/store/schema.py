"""The tables of the store as the code reads them. Alembic alone makes and changes them (``migrations/``)."""

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

Name = Text().with_variant(Text(collation="C"), "postgresql")
"""Identifiers: compared byte by byte on both databases, whatever the server's language."""
Position = BigInteger().with_variant(Integer(), "sqlite")

events = Table(
    "events",
    metadata,
    Column("position", Position, primary_key=True, autoincrement=False),
    Column("stream_id", Name, nullable=False),
    Column("version", Integer, nullable=False),
    Column("type", Name, nullable=False),
    Column("schema_version", Integer, nullable=False),
    Column("recorded_at", Name, nullable=False),
    Column("metadata", Text, nullable=False),
    Column("data", Text, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("link", LargeBinary, nullable=False),
    UniqueConstraint("stream_id", "version", name="events_stream_version"),
)
"""The log: ``hash`` chains the rows of one history, ``link`` all rows in their order (``chain.py``)."""

log_head = Table(
    "log_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("position", BigInteger, nullable=False),
    Column("link", LargeBinary, nullable=False),
    Column("city_position", BigInteger, nullable=False),
)
"""One row: the end of the log. Whoever holds it appends; so positions have no holes and no reader skips one."""

commands = Table(
    "commands",
    metadata,
    Column("command_id", Name, primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    Column("stream_id", Name, nullable=False),
    Column("version", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
)
"""Every command that had an effect, with the place of its last event (rule 8)."""

person_keys = Table(
    "person_keys",
    metadata,
    Column("key", Name, primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
    Column("master", Text, nullable=False),
)
"""A key a person, wrapped by the master key whose fingerprint is ``master``. A deleted row erases the person."""

attempts = Table(
    "attempts",
    metadata,
    Column("number", Position, primary_key=True, autoincrement=True),
    Column("at", Name, nullable=False),
    Column("command", Name, nullable=False),
    Column("history", Name, nullable=False),
    Column("person", Name),
    Column("role", Name, nullable=False),
    Column("department", Name),
    Column("hall", Name),
    Column("window", Name),
    Column("missing", Text, nullable=False),
    Column("command_id", Name, nullable=False),
    UniqueConstraint("command_id", name="attempts_command"),
    Index("attempts_person", "person", "number"),
)
"""Every command that was refused because a right was missing; rows are added and never changed."""
