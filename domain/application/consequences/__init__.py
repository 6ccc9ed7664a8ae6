"""Consequences of time: what follows by itself when a limit lapses, and when the calendar of a hall changes."""
