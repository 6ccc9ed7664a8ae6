"""What sits on psycopg and sqlite3: connections, statements, failures."""
