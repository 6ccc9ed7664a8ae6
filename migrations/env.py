"""How Alembic reaches the database: on the connection that ``adapters.store.migrate`` hands over."""

from alembic import context

from adapters.store import schema
from projections.engine import tables

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=[schema.metadata, tables.metadata],
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
