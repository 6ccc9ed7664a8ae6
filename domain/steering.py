"""Characters that nobody reads."""

STEERS = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069"
"""Characters that steer a terminal or turn the direction of writing: read by no one, and what follows them reads wrong."""
