"""What the views' tables have in common, and the tables that say how far each view has come.

Each view's table exists in generations: ``case_file_1``, ``case_file_2`` ... Alembic makes the first one
(``migrations/``), a rebuild the others.
"""

from enum import StrEnum

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, Table, Text, text

metadata = MetaData()

Name = Text().with_variant(Text(collation="C"), "postgresql")
"""Identifiers and times (``domain.record.stamp``): compared byte by byte on both databases."""


class State(StrEnum):
    """What a generation is for: filled beside the live one, read by everybody, kept from before to go back to, or to be dropped."""

    BUILDING = "building"
    LIVE = "live"
    FORMER = "former"
    DISCARDED = "discarded"


generations = Table(
    "view_generations",
    metadata,
    Column("view", Name, primary_key=True),
    Column("generation", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("state", Name, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("updated_at", Name, nullable=False),
    Column("error", Text),
    Column("fence", BigInteger, nullable=False),
    Column("holder", Text),
    Column("held_until", BigInteger, nullable=False),
    Index(
        "view_generations_live",
        "view",
        unique=True,
        sqlite_where=text("state = 'live'"),
        postgresql_where=text("state = 'live'"),
    ),
)
"""How far each generation has come (``position`` moves in the transaction that writes its rows), made by which
``version`` of the fold; a view has one live generation, which its index guarantees; who works on it, until when (milliseconds of the database's clock), and the number of his
lease (``fence``)."""

numbers = Table(
    "view_numbers",
    metadata,
    Column("view", Name, primary_key=True),
    Column("last", Integer, nullable=False),
)
"""The last number that a generation of a view was given; none is given twice, so nobody takes a new one for one that is gone."""

parked = Table(
    "parked_events",
    metadata,
    Column("view", Name, primary_key=True),
    Column("generation", Integer, primary_key=True, autoincrement=False),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("stream_id", Name, nullable=False),
    Column("version", Integer, nullable=False),
    Column("error", Text, nullable=False),
    Column("parked_at", Name, nullable=False),
    Index("parked_events_case", "stream_id"),
)
"""Events that a view could not take, and those that follow one in the same case."""

chunks = Table(
    "rebuild_chunks",
    metadata,
    Column("view", Name, primary_key=True),
    Column("generation", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("first_stream", Name, nullable=False),
    Column("next_stream", Name, nullable=False),
    Column("upto", BigInteger, nullable=False),
    Column("rows", BigInteger),
    Column("checksum", BigInteger),
)
"""The work of a rebuild: the cases from ``first_stream`` to before ``next_stream``, their events up to a position.
``rows`` and ``checksum`` of what was written are there once it is done."""
