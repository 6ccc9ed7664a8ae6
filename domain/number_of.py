"""A number with its noun, singular or plural: ``1 hall``, ``2 halls``, ``0 entries``."""


def number_of(count: int, noun: str, plural: str | None = None) -> str:
    """The number and its noun; the plural adds an ``s`` to the noun where none is given."""
    return f"{count} {noun if count == 1 else plural or f'{noun}s'}"
