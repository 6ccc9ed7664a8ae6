"""The fold of the open work is another one: the result of an item that is handed over by itself is due.

Rows that were made before stay until the view is rebuilt; a view that has none yet is folded by the newer version at once.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

HERE = "where view = 'open_work'"


def upgrade() -> None:
    op.execute(f"update view_generations set version = 6 {HERE} and position = 0")


def downgrade() -> None:
    """Rows of the newer fold go; they are folded again from the events."""
    found = sa.text(f"select generation from view_generations {HERE} order by generation")
    for generation in op.get_bind().execute(found).scalars().all():
        op.execute(f"delete from open_work_{generation}")
    op.execute(f"update view_generations set version = 5, position = 0 {HERE}")
