"""The code with which a result is rated (评价码): given once with the result, known to whoever took it and to nobody of the staff.

It is made at the edge. A command carries a digest of it, and an event the digest of that digest: whoever reads the records
cannot rate by what they read.
"""

from __future__ import annotations

from hashlib import sha256

from domain.application.state import Application
from domain.errors import NotAllowed


def digest_of(case_id: str, code: str) -> str:
    """What the rating of a case carries in place of the code as it was typed, salted with the case; capitals and blanks do not count."""
    plain = "".join(character for character in code.upper() if character.isalnum())
    return sha256(f"rating/{case_id}/{plain}".encode()).hexdigest()


def kept(digest: str) -> str:
    """What the handing over carries and its event keeps of a digest."""
    return sha256(digest.encode()).hexdigest()


def check(case: Application, digest: str | None, *, anonymous: bool) -> None:
    """Raise ``NotAllowed`` unless the digest is of the code that was given with the result.

    What was handed over before there were codes is rated by the applicant, under their number: without a code nobody knows
    who is anonymous. A wrong code changes nothing, and the right one is as good afterwards. Where items were handed over by
    themselves the code of any of them rates the case.
    """
    if case.rating_code is None:
        if anonymous:
            raise NotAllowed(
                "the applicant's number",
                f"the result of case {case.case_id} was handed over without a code for its rating; only the applicant can rate it, under their own number",
            )
        return
    codes = {case.rating_code, *(result.rating_code for result in case.item_results.values())}
    if digest is None or kept(digest) not in codes:
        wrong = "is not its code" if digest is not None else "is missing"
        raise NotAllowed(
            "the code given at the handing over",
            f"case {case.case_id} is rated with the code that was given with its result; the code typed {wrong}",
        )
