"""Views in generations: a rebuild fills new tables beside the live ones; leases, parked events, the chunks of a rebuild."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

Name = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INDEXES = {
    "case_file": {},
    "department_queue": {"department_queue_due": ["department", "due_at", "case_id"]},
    "processing_time": {"processing_time_stage": ["stage", "ended_on"]},
    "window_desk": {
        "window_desk_received": ["hall", "window", "received_at"],
        "window_desk_stand": ["hall", "stand", "since"],
    },
}


def upgrade() -> None:
    op.create_table(
        "view_generations",
        sa.Column("view", Name, primary_key=True),
        sa.Column("generation", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("state", Name, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("updated_at", Name, nullable=False),
        sa.Column("error", sa.Text),
        sa.Column("fence", sa.BigInteger, nullable=False),
        sa.Column("holder", sa.Text),
        sa.Column("held_until", sa.BigInteger, nullable=False),
    )
    one_live = sa.text("state = 'live'")
    op.create_index(
        "view_generations_live",
        "view_generations",
        ["view"],
        unique=True,
        sqlite_where=one_live,
        postgresql_where=one_live,
    )
    op.create_table(
        "parked_events",
        sa.Column("view", Name, primary_key=True),
        sa.Column("generation", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("stream_id", Name, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("parked_at", Name, nullable=False),
    )
    op.create_index("parked_events_case", "parked_events", ["stream_id"])
    op.create_table(
        "rebuild_chunks",
        sa.Column("view", Name, primary_key=True),
        sa.Column("generation", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("first_stream", Name, nullable=False),
        sa.Column("next_stream", Name, nullable=False),
        sa.Column("upto", sa.BigInteger, nullable=False),
        sa.Column("rows", sa.BigInteger),
        sa.Column("checksum", sa.BigInteger),
    )
    for view in INDEXES:
        _rename(view, f"{view}_1", before="", after="_1")
        op.execute(
            "insert into view_generations (view, generation, version, state, position, updated_at, error, fence, held_until) "
            f"select '{view}', 1, coalesce(max(version), 1), 'live', coalesce(max(position), 0), "
            f"coalesce(max(updated_at), ''), max(error), 0, 0 from projection_checkpoints where name = '{view}'"
        )
    op.drop_table("projection_checkpoints")


def downgrade() -> None:
    """The live tables stay, empty: the views are folded again from the events."""
    op.create_table(
        "projection_checkpoints",
        sa.Column("name", Name, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("updated_at", Name, nullable=False),
        sa.Column("error", sa.Text),
    )
    found = op.get_bind().execute(sa.text("select view, generation, state from view_generations")).all()
    for view, generation, state in found:
        if state == "live":
            _rename(f"{view}_{generation}", view, before=f"_{generation}", after="", view=view)
            op.execute(f"delete from {view}")
        else:
            op.drop_table(f"{view}_{generation}")
    for table in ("rebuild_chunks", "parked_events", "view_generations"):
        op.drop_table(table)


def _rename(old: str, new: str, *, before: str, after: str, view: str | None = None) -> None:
    op.rename_table(old, new)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"alter index {old}_pkey rename to {new}_pkey")
    for index, columns in INDEXES[view or old].items():
        op.drop_index(f"{index}{before}", new)
        op.create_index(f"{index}{after}", new, columns)
