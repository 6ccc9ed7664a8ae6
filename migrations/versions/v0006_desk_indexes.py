"""Each list of a desk is read along an index of its own, so that a page costs the same however long the list is."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

FORMER = {
    "window_desk_received": ["hall", "window", "received_at"],
    "window_desk_stand": ["hall", "stand", "since"],
}
INDEXES = {
    "window_desk_received": ["hall", "window", "received_at", "case_id"],
    "window_desk_waiting": ["hall", "window", "stand", "since", "case_id"],
    "window_desk_zone": ["hall", "stand", "zone", "since", "case_id"],
    "window_desk_department": ["hall", "stand", "department", "since", "case_id"],
}


def upgrade() -> None:
    _replace(FORMER, INDEXES)


def downgrade() -> None:
    _replace(INDEXES, FORMER)


def _replace(old: dict[str, list[str]], new: dict[str, list[str]]) -> None:
    found = sa.text("select generation from view_generations where view = 'window_desk' order by generation")
    for generation in op.get_bind().execute(found).scalars().all():
        for index in old:
            op.drop_index(f"{index}_{generation}", f"window_desk_{generation}")
        for index, columns in new.items():
            op.create_index(f"{index}_{generation}", f"window_desk_{generation}", columns)
