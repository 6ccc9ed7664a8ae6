"""Pages that are made from the code: `docs/reference/` and the manual page. `make reference` writes them anew."""
