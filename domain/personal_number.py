"""Numbers that say who somebody is: identity numbers, social credit codes, mobile numbers. None of them names a thing of the office.

What people type as an identifier is looked at; what a log from elsewhere says (its case numbers and resources), content
hashes, tracking numbers of the post and the ids of commands, which programs make, are kept as they are.
"""

import re
import unicodedata
from datetime import date

SEPARATORS = str.maketrans("", "", "-\u2010\u2011\u2012\u2013\u00b7.()")
SHORTEST, LONGEST = 11, 40
MOBILE = re.compile(r"(?:(?:\+|00)?86)?1[3-9]\d{9}")
OLD_IDENTITY = re.compile(r"[1-9]\d{5}(\d{2})(\d{2})(\d{2})\d{3}")
IDENTITY = re.compile(r"[1-9]\d{16}[\dX]")
CREDIT = re.compile(r"[1-9ANY][0-9A-HJ-NPQRTUWXY]\d{6}[0-9A-HJ-NPQRTUWXY]{10}")
PROVINCES = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
        "71",
        "81",
        "82",
    ]
)
"""How the codes of places begin (GB 2260); beside them 10, for what is registered with the state itself."""
IDENTITY_WEIGHTS = tuple(2**place % 11 for place in range(17, 0, -1))
CHECK_DIGITS = "10X98765432"
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_WEIGHTS = tuple(3**place % 31 for place in range(17))


def personal_kind(text: str) -> str | None:
    """What kind of personal number a text is, whatever stands between its digits; None where it is none."""
    if not SHORTEST <= len(text) <= LONGEST:
        return None
    plain = "".join(unicodedata.normalize("NFKC", text).upper().split())
    compact = plain.translate(SEPARATORS)
    if MOBILE.fullmatch(compact):
        return "a mobile number"
    somewhere = compact[:2] in PROVINCES
    if IDENTITY.fullmatch(compact) and compact[17] == _identity_check(compact) and (somewhere or compact == plain):
        return "an identity number (GB 11643)"
    if somewhere and (old := OLD_IDENTITY.fullmatch(compact)) and _is_a_day(*old.groups()):
        return "an identity number of 15 digits (GB 11643-1989)"
    # not through dashes: the office's own numbers are made of parts
    if CREDIT.fullmatch(plain) and plain[2:4] in PROVINCES | {"10"} and plain[17] == _credit_check(plain):
        return "a unified social credit code (GB 32100)"
    return None


def not_personal(text: str) -> str:
    """The text, if it may name something. Raises ``ValueError``, which does not repeat it."""
    kind = personal_kind(text)
    if kind is not None:
        raise ValueError(f"this is {kind}, which is not used as a number here; use a number that the office gives out")
    return text


def _identity_check(number: str) -> str:
    total = sum(int(digit) * weight for digit, weight in zip(number, IDENTITY_WEIGHTS, strict=False))
    return CHECK_DIGITS[total % 11]


def _credit_check(code: str) -> str:
    total = sum(CREDIT_ALPHABET.index(sign) * weight for sign, weight in zip(code, CREDIT_WEIGHTS, strict=False))
    return CREDIT_ALPHABET[-total % 31]


def _is_a_day(year: str, month: str, day: str) -> bool:
    try:
        date(1900 + int(year), int(month), int(day))
    except ValueError:
        return False
    return True
