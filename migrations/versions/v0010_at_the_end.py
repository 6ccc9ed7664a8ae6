"""Events are appended at the end of their table on PostgreSQL: vacuum does not tell of room in old pages any more.

A page that is full has some room left. After a vacuum each append looks there first, and writes into old pages that
nobody has in memory. Events never change, so a vacuum clears nothing; the one that freezes comes by itself all the same.
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("alter table events set (autovacuum_vacuum_insert_threshold = -1)")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("alter table events reset (autovacuum_vacuum_insert_threshold)")
