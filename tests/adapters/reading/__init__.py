"""Limits of what is read from outside: each is told with its line, and neither time nor memory grows faster than the file."""
