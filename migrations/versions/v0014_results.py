"""Processing times know what became of the case.

Rows of before lack it; the next ``onewindow project`` folds them anew, beside those that are there.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

Name = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
HERE = "where view = 'processing_time'"


def upgrade() -> None:
    for generation in _generations():
        op.add_column(f"processing_time_{generation}", sa.Column("result", Name))
    op.execute(f"update view_generations set version = 4 {HERE} and position = 0")


def downgrade() -> None:
    """Rows of the newer fold go; they are folded again from the events."""
    for generation in _generations():
        op.execute(f"delete from processing_time_{generation}")
        op.drop_column(f"processing_time_{generation}", "result")
    op.execute(f"update view_generations set version = 3, position = 0 {HERE}")


def _generations() -> list[int]:
    found = sa.text(f"select generation from view_generations {HERE} order by generation")
    return list(op.get_bind().execute(found).scalars())
