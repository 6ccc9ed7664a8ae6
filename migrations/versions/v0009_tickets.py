"""The queue of a hall; and processing times know when they were due, whom a visitor was served for, and what was corrected.

Rows of before lack what is still to come; the next ``onewindow project`` folds them anew, beside those that are there.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

Name = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "hall_queue_1",
        sa.Column("ticket", Name, primary_key=True),
        sa.Column("hall", Name, nullable=False),
        sa.Column("zone", Name, nullable=False),
        sa.Column("department", Name),
        sa.Column("purpose", Name, nullable=False),
        sa.Column("items", sa.Text(), nullable=False),
        sa.Column("stand", Name, nullable=False),
        sa.Column("day", Name, nullable=False),
        sa.Column("number", Name),
        sa.Column("serial", sa.Integer()),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("place_at", Name, nullable=False),
        sa.Column("since", Name, nullable=False),
        sa.Column("window", Name),
        sa.Column("favour", Name),
        sa.Column("estimated_s", sa.Integer()),
    )
    op.create_index("hall_queue_line_1", "hall_queue_1", ["hall", "stand", "zone", "turn", "place_at", "ticket"])
    op.create_index("hall_queue_day_1", "hall_queue_1", ["hall", "day", "zone", "serial"])
    op.execute(
        "insert into view_generations (view, generation, version, state, position, updated_at, fence, held_until) "
        "values ('hall_queue', 1, 1, 'live', 0, '', 0, 0)"
    )
    for generation in _generations("processing_time"):
        table = f"processing_time_{generation}"
        op.add_column(table, sa.Column("due_at", Name))
        op.add_column(table, sa.Column("matter", Name))
        op.add_column(table, sa.Column("corrected_by", sa.Integer()))
    op.execute(
        "update view_generations set version = 2 where view in ('processing_time', 'deadlines') and position = 0"
    )


def downgrade() -> None:
    """The queue goes, and so do the rows of the newer fold; they are folded again from the events."""
    for generation in _generations("processing_time"):
        table = f"processing_time_{generation}"
        op.execute(f"delete from {table}")
        op.drop_column(table, "corrected_by")
        op.drop_column(table, "matter")
        op.drop_column(table, "due_at")
    for generation in _generations("deadlines"):
        op.execute(f"delete from deadlines_{generation}")
    op.execute("update view_generations set version = 1, position = 0 where view in ('processing_time', 'deadlines')")
    for generation in _generations("hall_queue"):
        op.drop_table(f"hall_queue_{generation}")
    for table in ("view_generations", "parked_events", "rebuild_chunks"):
        op.execute(f"delete from {table} where view = 'hall_queue'")


def _generations(view: str) -> list[int]:
    found = sa.text("select generation from view_generations where view = :view order by generation")
    return list(op.get_bind().execute(found, {"view": view}).scalars())
