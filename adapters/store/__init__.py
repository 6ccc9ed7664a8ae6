"""The event store on SQLAlchemy Core, for SQLite and PostgreSQL: rows, chains, codec, key ring, the log as views read it."""
