"""Codes for ratings (评价码), made at the handing over: twelve characters that nobody guesses, without those that look alike."""

import secrets

from domain.application.path.rating_code import digest_of, kept

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
GROUPS, LENGTH = 3, 4


def new_code() -> str:
    """A code as it is read out and typed: ``7KQM-2XWD-9RTF``."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)) for _ in range(GROUPS))


def kept_of(case_id: str, code: str) -> str:
    """What the handing over of a case keeps of its code."""
    return kept(digest_of(case_id, code))
