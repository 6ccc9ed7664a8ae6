"""Refused attempts have a table of their own: who tried what without the right to. Rows are added and never changed."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

Name = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
Position = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

NEVER_CHANGED_SQLITE = """
create trigger attempts_never_{verb}d before {verb} on attempts
begin select raise(abort, 'no attempt is ever changed or deleted'); end
"""

NEVER_CHANGED_POSTGRES = """
create function attempts_never_changed() returns trigger language plpgsql as $$
begin raise exception 'no attempt is ever changed or deleted'; end $$;
create trigger attempts_never_changed before update or delete or truncate on attempts
for each statement execute function attempts_never_changed();
"""


def upgrade() -> None:
    op.create_table(
        "attempts",
        sa.Column("number", Position, primary_key=True, autoincrement=True),
        sa.Column("at", Name, nullable=False),
        sa.Column("command", Name, nullable=False),
        sa.Column("history", Name, nullable=False),
        sa.Column("person", Name),
        sa.Column("role", Name, nullable=False),
        sa.Column("department", Name),
        sa.Column("hall", Name),
        sa.Column("window", Name),
        sa.Column("missing", sa.Text, nullable=False),
        sa.Column("command_id", Name, nullable=False),
        sa.UniqueConstraint("command_id", name="attempts_command"),
    )
    op.create_index("attempts_person", "attempts", ["person", "number"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(NEVER_CHANGED_POSTGRES)
    else:
        for verb in ("update", "delete"):
            op.execute(NEVER_CHANGED_SQLITE.format(verb=verb))


def downgrade() -> None:
    """The attempts go; they are no part of any history."""
    op.drop_table("attempts")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("drop function attempts_never_changed()")
