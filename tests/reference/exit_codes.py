"""``docs/reference/exit-codes.md``: every exit code, and the word of it in an error in JSON."""

from domain.exit_code import ExitCode

HEAD = """# Exit codes

What a command ends with, made from the code by `make reference`. With `--format json` an error has the word as its `code`. A number
never changes its meaning.

| exit code | word | meaning |
| ---: | --- | --- |
"""


def page() -> str:
    """The whole page."""
    rows = (f"| {code.value} | `{code.name.lower()}` | {code.about.replace('|', chr(92) + '|')} |" for code in ExitCode)
    return HEAD + "\n".join(rows) + "\n"
