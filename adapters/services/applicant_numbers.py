"""Numbers for applicants: given out by the system, and made of nothing that says who somebody is."""

from uuid import uuid4


def new_applicant_number() -> str:
    """A number that no applicant has had: 16 hexadecimal digits after ``A-``."""
    return f"A-{uuid4().hex[:16]}"
