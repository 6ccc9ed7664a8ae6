"""The times of imported cases are made of their rows by time: the next ``onewindow project`` folds them anew."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

HERE = "where view = 'processing_time'"


def upgrade() -> None:
    op.execute(f"update view_generations set version = 3 {HERE} and position = 0")


def downgrade() -> None:
    """Rows of the newer fold go; they are folded again from the events."""
    found = sa.text(f"select generation from view_generations {HERE} order by generation")
    for generation in op.get_bind().execute(found).scalars().all():
        op.execute(f"delete from processing_time_{generation}")
    op.execute(f"update view_generations set version = 2, position = 0 {HERE}")
