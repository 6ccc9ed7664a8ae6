"""Which encodings a log may be written in: those whose bytes are text and nothing but text."""

import codecs

NO_TEXT = ("idna", "punycode", "raw_unicode_escape", "unicode_escape", "utf_7")
"""What Python takes for encodings too: ways to write names and programs, or text that no database holds."""


def known_encoding(name: str) -> str:
    """The name that Python has for an encoding. Raises ``ValueError``."""
    try:
        found = codecs.lookup(name).name
        "".encode(found)  # which refuses what makes bytes of bytes, as base64 does
    except (LookupError, ValueError) as error:
        raise ValueError("is not an encoding; use a name like gb18030, big5 or utf-16") from error
    if found.replace("-", "_") in NO_TEXT:
        raise ValueError("is not an encoding; use a name like gb18030, big5 or utf-16")
    return found
