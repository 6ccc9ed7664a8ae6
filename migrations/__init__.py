"""Alembic's migrations: the only thing that makes or changes a table."""
