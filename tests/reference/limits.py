"""``docs/reference/limits.md``: how much is read of what comes from outside, in the words of ``adapters/reading/limits.py``."""

import ast
import inspect
from collections.abc import Iterator
from itertools import pairwise

from adapters.reading import limits

HEAD = """# Limits

How much is read of what comes from outside, made from `adapters/reading/limits.py` by `make reference`. A reader looks at its limits
while it reads. What lies beyond one is refused in a sentence with the line and the limit, before it takes memory or time.
Memory does not grow with a log; time grows as the file does.

| limit | of what |
| ---: | --- |
"""


def stated() -> Iterator[tuple[str, int, str]]:
    """Each limit: its name, the number, and the text below it."""
    body = ast.parse(inspect.getsource(limits)).body
    for statement, below in pairwise(body):
        match statement, below:
            case ast.Assign(targets=[ast.Name(id=name)]), ast.Expr(value=ast.Constant(value=str(text))):
                yield name, getattr(limits, name), " ".join(text.split())


def page() -> str:
    """The whole page."""
    return HEAD + "".join(f"| {number:,} | {text} |\n" for _, number, text in stated())
