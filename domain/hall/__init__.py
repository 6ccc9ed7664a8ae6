"""Halls (大厅): their zones, windows, staff and calendar, with the history of all of them."""
