"""The views: checkpoints, case file, department queue, processing time, window desk."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

Name = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
VIEWS = ("window_desk", "processing_time", "department_queue", "case_file", "projection_checkpoints")


def upgrade() -> None:
    op.create_table(
        "projection_checkpoints",
        sa.Column("name", Name, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("updated_at", Name, nullable=False),
        sa.Column("error", sa.Text),
    )
    op.create_table(
        "case_file",
        sa.Column("case_id", Name, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("type", Name, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("status", Name, nullable=False),
        sa.Column("occurred_at", Name, nullable=False),
        sa.Column("recorded_at", Name, nullable=False),
        sa.Column("person", Name, nullable=False),
        sa.Column("role", Name, nullable=False),
        sa.Column("department", Name),
        sa.Column("hall", Name),
        sa.Column("window", Name),
        sa.Column("command_id", Name, nullable=False),
    )
    op.create_table(
        "department_queue",
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
    )
    op.create_index("department_queue_due", "department_queue", ["department", "due_at", "case_id"])
    op.create_table(
        "processing_time",
        sa.Column("case_id", Name, primary_key=True),
        sa.Column("stage", Name, primary_key=True),
        sa.Column("part", Name, primary_key=True),
        sa.Column("activity", Name),
        sa.Column("channel", Name),
        sa.Column("department", Name),
        sa.Column("item", Name),
        sa.Column("window", Name),
        sa.Column("hall", Name),
        sa.Column("zone", Name),
        sa.Column("layout", Name),
        sa.Column("ended_on", Name, nullable=False),
        sa.Column("started_at", Name, nullable=False),
        sa.Column("ended_at", Name, nullable=False),
        sa.Column("from_event", sa.Integer, nullable=False),
        sa.Column("to_event", sa.Integer, nullable=False),
        sa.Column("calendar_us", sa.BigInteger, nullable=False),
        sa.Column("working_us", sa.BigInteger),
        sa.Column("suspended_us", sa.BigInteger, nullable=False),
    )
    op.create_index("processing_time_stage", "processing_time", ["stage", "ended_on"])
    op.create_table(
        "window_desk",
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
    op.create_index("window_desk_received", "window_desk", ["hall", "window", "received_at"])
    op.create_index("window_desk_stand", "window_desk", ["hall", "stand", "since"])


def downgrade() -> None:
    """The views go; they are folded again from the events."""
    for name in VIEWS:
        op.drop_table(name)
