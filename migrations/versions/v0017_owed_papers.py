"""Promised papers that are owed hold back the handing over in the lists; the fold of two views is another one.

Rows that were made before stay until the view is rebuilt; a view that has none yet is folded by the newer version at once.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

FOLDS = {"open_work": (1, 2), "deadlines": (2, 3)}


def upgrade() -> None:
    for view, (_, newer) in FOLDS.items():
        op.execute(f"update view_generations set version = {newer} where view = '{view}' and position = 0")


def downgrade() -> None:
    """Rows of the newer folds go; they are folded again from the events."""
    for view, (older, _) in FOLDS.items():
        found = sa.text(f"select generation from view_generations where view = '{view}' order by generation")
        for generation in op.get_bind().execute(found).scalars().all():
            op.execute(f"delete from {view}_{generation}")
        op.execute(f"update view_generations set version = {older}, position = 0 where view = '{view}'")
