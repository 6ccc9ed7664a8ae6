"""What was refused, as a sentence quotes it: of a text without end a person reads the beginning and the end."""

LONGEST = 400
"""More characters than a quotation needs."""


def quoted(text: str) -> str:
    """The text, its middle left out where it is long."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST // 2]} … {text[-LONGEST // 2 :]}"
