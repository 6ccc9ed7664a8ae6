"""What a spreadsheet would take for a formula, written so that it does not; and read again as it was."""

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""How a formula begins, in the wide writing of Chinese and Japanese too."""
APOSTROPHE = "'"


def no_formula(text: str) -> str:
    """The text, behind an apostrophe where it would begin a formula."""
    return f"{APOSTROPHE}{text}" if text.startswith(FORMULA) else text


def guarded(text: str) -> str:
    """As ``no_formula``, so that ``unguarded`` finds the text again: one that begins with an apostrophe gets another."""
    return f"{APOSTROPHE}{text}" if text.startswith((*FORMULA, APOSTROPHE)) else text


def unguarded(text: str) -> str:
    """The text that was ``guarded``; one that somebody wrote without an apostrophe as it is."""
    return text[1:] if text.startswith(APOSTROPHE) and text[1:].startswith((*FORMULA, APOSTROPHE)) else text
