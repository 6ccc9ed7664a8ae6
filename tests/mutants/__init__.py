"""Mutants: rules bent one small way at a time, and whether the tests beside them notice. `make mutants` runs it."""
