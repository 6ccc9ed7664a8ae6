"""Files that people write: calendars, halls, the catalogue."""
