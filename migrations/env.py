"""How Alembic reaches the database: on the connection that ``adapters.store.migrate`` hands over.

Migrations are written by hand, so no metadata is given here; a test holds the tables against what the code reads.
"""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
