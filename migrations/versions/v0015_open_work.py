"""Everything that is open in one view, and the register of receipts; the desk and the queue are parts of them now.

Empty at first: the next ``onewindow project``, or who looks first, folds them from the first event on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

Name = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
NEW = ("open_work", "intake_register")
FORMER = ("department_queue", "window_desk")


def upgrade() -> None:
    _drop(FORMER)
    op.create_table(
        "open_work_1",
        sa.Column("case_id", Name, primary_key=True),
        sa.Column("work", Name, primary_key=True),
        sa.Column("waits_for", Name, nullable=False),
        sa.Column("side", Name, nullable=False),
        sa.Column("department", Name),
        sa.Column("item", Name),
        sa.Column("task_status", Name),
        sa.Column("holder", Name),
        sa.Column("asks_for", sa.Text),
        sa.Column("since", Name, nullable=False),
        sa.Column("warn_at", Name),
        sa.Column("due_at", Name),
        sa.Column("red_at", Name, nullable=False),
        sa.Column("snoozed_until", Name),
        sa.Column("hall", Name),
        sa.Column("window", Name),
        sa.Column("zone", Name),
        sa.Column("items", sa.Text, nullable=False),
        sa.Column("status", Name, nullable=False),
        sa.Column("clock_stopped", sa.Boolean, nullable=False),
        sa.Column("case_due_at", Name),
        sa.Column("applicant_key", Name),
        sa.Column("applicant_box", sa.Text),
    )
    op.create_index("open_work_queue_1", "open_work_1", ["side", "department", "red_at", "case_id", "work"])
    op.create_index("open_work_holder_1", "open_work_1", ["side", "department", "holder", "red_at", "case_id", "work"])
    op.create_index("open_work_hall_1", "open_work_1", ["hall", "side", "window", "since", "case_id", "work"])
    op.create_index("open_work_since_1", "open_work_1", ["waits_for", "since", "case_id", "work"])
    op.create_table(
        "intake_register_1",
        sa.Column("case_id", Name, primary_key=True),
        sa.Column("hall", Name),
        sa.Column("zone", Name),
        sa.Column("window", Name),
        sa.Column("department", Name),
        sa.Column("items", sa.Text, nullable=False),
        sa.Column("status", Name, nullable=False),
        sa.Column("received_at", Name, nullable=False),
        sa.Column("ended_at", Name),
        sa.Column("applicant_key", Name),
        sa.Column("applicant_box", sa.Text),
    )
    op.create_index("intake_register_received_1", "intake_register_1", ["hall", "window", "received_at", "case_id"])
    for view in NEW:
        _live(view, 1)


def downgrade() -> None:
    """The views go, and those before them come back empty; they are folded again from the events."""
    _drop(NEW)
    op.create_table(
        "department_queue_1",
        sa.Column("case_id", Name, primary_key=True),
        sa.Column("task_id", Name, primary_key=True),
        sa.Column("department", Name, nullable=False),
        sa.Column("hall", Name),
        sa.Column("zone", Name),
        sa.Column("item", Name, nullable=False),
        sa.Column("status", Name, nullable=False),
        sa.Column("holder", Name),
        sa.Column("asks_for", sa.Text),
        sa.Column("clock_stopped", sa.Boolean, nullable=False),
        sa.Column("opened_at", Name, nullable=False),
        sa.Column("warn_at", Name, nullable=False),
        sa.Column("due_at", Name, nullable=False),
        sa.Column("applicant_key", Name),
        sa.Column("applicant_box", sa.Text),
        sa.Column("snoozed_until", Name),
    )
    for kind in ("due", "holder", "status"):
        columns = ["department", *([] if kind == "due" else [kind]), "due_at", "case_id"]
        op.create_index(f"department_queue_{kind}_1", "department_queue_1", columns)
    op.create_table(
        "window_desk_1",
        sa.Column("case_id", Name, primary_key=True),
        sa.Column("hall", Name),
        sa.Column("zone", Name),
        sa.Column("window", Name),
        sa.Column("department", Name),
        sa.Column("stand", Name, nullable=False),
        sa.Column("status", Name, nullable=False),
        sa.Column("items", sa.Text, nullable=False),
        sa.Column("waits_for", sa.Text),
        sa.Column("since", Name, nullable=False),
        sa.Column("received_at", Name, nullable=False),
        sa.Column("applicant_key", Name),
        sa.Column("applicant_box", sa.Text),
    )
    op.create_index("window_desk_received_1", "window_desk_1", ["hall", "window", "received_at", "case_id"])
    op.create_index("window_desk_waiting_1", "window_desk_1", ["hall", "window", "stand", "since", "case_id"])
    op.create_index("window_desk_zone_1", "window_desk_1", ["hall", "stand", "zone", "since", "case_id"])
    op.create_index("window_desk_department_1", "window_desk_1", ["hall", "stand", "department", "since", "case_id"])
    _live("department_queue", 2)
    _live("window_desk", 1)


def _live(view: str, version: int) -> None:
    op.execute(
        "insert into view_generations (view, generation, version, state, position, updated_at, fence, held_until) "
        f"values ('{view}', 1, {version}, 'live', 0, '', 0, 0)"
    )


def _drop(views: tuple[str, ...]) -> None:
    """The tables of all generations, and what is kept of them."""
    for view in views:
        found = sa.text("select generation from view_generations where view = :view")
        for generation in op.get_bind().execute(found, {"view": view}).scalars().all():
            op.drop_table(f"{view}_{generation}")
        for table in ("view_generations", "parked_events", "rebuild_chunks", "view_numbers"):
            op.execute(f"delete from {table} where view = '{view}'")
