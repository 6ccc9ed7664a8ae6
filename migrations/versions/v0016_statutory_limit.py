"""Open work shows the law's limit beside the promised one.

Histories that were recorded before name no statutory limit, so their rows stay as they are.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

Name = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
COLUMNS = ("statutory_due_at", "statutory_warn_at")


def upgrade() -> None:
    for table in _tables():
        for column in COLUMNS:
            op.add_column(table, sa.Column(column, Name))


def downgrade() -> None:
    """Rows that may have had such a limit go; they are folded again from the events."""
    for table in _tables():
        op.execute(f"delete from {table}")
        for column in COLUMNS:
            op.drop_column(table, column)
    op.execute("update view_generations set position = 0 where view = 'open_work'")


def _tables() -> list[str]:
    found = sa.text("select generation from view_generations where view = 'open_work' order by generation")
    return [f"open_work_{generation}" for generation in op.get_bind().execute(found).scalars()]
