"""A department's queue knows what was put aside, and is read by holder and by status along an index.

Rows of before lack what is still to come; the next ``onewindow project`` folds them anew, beside those that are there.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

Name = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INDEXES = {
    "department_queue_holder": ["department", "holder", "due_at", "case_id"],
    "department_queue_status": ["department", "status", "due_at", "case_id"],
}
HERE = "where view = 'department_queue'"


def upgrade() -> None:
    for generation in _generations():
        table = f"department_queue_{generation}"
        op.add_column(table, sa.Column("snoozed_until", Name))
        for index, columns in INDEXES.items():
            op.create_index(f"{index}_{generation}", table, columns)
    op.execute(f"update view_generations set version = 2 {HERE} and position = 0")


def downgrade() -> None:
    """Rows of the newer fold go; they are folded again from the events."""
    for generation in _generations():
        table = f"department_queue_{generation}"
        op.execute(f"delete from {table}")
        for index in INDEXES:
            op.drop_index(f"{index}_{generation}", table)
        op.drop_column(table, "snoozed_until")
    op.execute(f"update view_generations set version = 1, position = 0 {HERE}")


def _generations() -> list[int]:
    found = sa.text(f"select generation from view_generations {HERE} order by generation")
    return list(op.get_bind().execute(found).scalars())
