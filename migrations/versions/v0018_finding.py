"""Applications are found in the register by the day they came and by their applicant, along an index."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

INDEXES = {
    "intake_register_latest": ["received_at", "case_id"],
    "intake_register_applicant": ["applicant_key", "received_at", "case_id"],
}


def upgrade() -> None:
    for generation in _generations():
        for index, columns in INDEXES.items():
            op.create_index(f"{index}_{generation}", f"intake_register_{generation}", columns)


def downgrade() -> None:
    for generation in _generations():
        for index in INDEXES:
            op.drop_index(f"{index}_{generation}", f"intake_register_{generation}")


def _generations() -> list[int]:
    found = sa.text("select generation from view_generations where view = 'intake_register' order by generation")
    return list(op.get_bind().execute(found).scalars())
