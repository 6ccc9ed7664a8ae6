"""The view of what is due when."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

Name = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Empty at first: the next ``onewindow project`` folds it from the first event on."""
    op.create_table(
        "deadlines_1",
        sa.Column("case_id", Name, primary_key=True),
        sa.Column("kind", Name, nullable=False),
        sa.Column("part", Name, nullable=False),
        sa.Column("at", Name, nullable=False),
        sa.Column("hall", Name),
    )
    op.create_index("deadlines_at_1", "deadlines_1", ["at", "case_id"])
    op.execute(
        "insert into view_generations (view, generation, version, state, position, updated_at, fence, held_until) "
        "values ('deadlines', 1, 1, 'live', 0, '', 0, 0)"
    )


def downgrade() -> None:
    """The view goes; it is folded again from the events."""
    found = op.get_bind().execute(sa.text("select generation from view_generations where view = 'deadlines'"))
    for generation in found.scalars().all():
        op.drop_table(f"deadlines_{generation}")
    for table in ("view_generations", "parked_events", "rebuild_chunks"):
        op.execute(f"delete from {table} where view = 'deadlines'")
