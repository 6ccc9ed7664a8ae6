"""What the views' tables have in common. Alembic alone makes them (``migrations/``)."""

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text

metadata = MetaData()

Name = Text().with_variant(Text(collation="C"), "postgresql")
"""Identifiers and times (``domain.record.stamp``): compared byte by byte on both databases."""

checkpoints = Table(
    "projection_checkpoints",
    metadata,
    Column("name", Name, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("updated_at", Name, nullable=False),
    Column("error", Text),
)
"""How far each view has come; moves in the transaction that writes its rows."""
