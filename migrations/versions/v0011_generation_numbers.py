"""The last number that a generation of each view had, so that none is given twice.

Who works on a generation that was dropped meanwhile must not find another of the same number in its place.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

Name = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "view_numbers",
        sa.Column("view", Name, primary_key=True),
        sa.Column("last", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("view_numbers")
