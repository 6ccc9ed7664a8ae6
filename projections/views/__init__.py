"""The views, one file each: its rows, and how a case or a ticket makes them."""
