"""``docs/reference/command-line.md``: every command with its arguments and options."""

from tests.reference.command_tree import Described, Page, pages

HEAD = """# Command line

Every command with its arguments and options, made from the code by `make reference`; `onewindow COMMAND --help` says the same, and
`man docs/onewindow.1` too. `--help` is an option of every command.
"""


def page() -> str:
    """The whole page."""
    return HEAD + "".join(_section(each) for each in pages())


def _section(each: Page) -> str:
    lines = ["", f"## {each.words}", "", f"    {each.usage}", "", each.about.replace("\n", " ").replace("  ", "\n\n")]
    if each.arguments or each.options:
        lines += ["", "| | meaning | left out |", "| --- | --- | --- |"]
        lines += [_row(described) for described in (*each.arguments, *each.options)]
    return "\n".join(lines) + "\n"


def _row(described: Described) -> str:
    about = described.about + (f" Environment: `{described.envvar}`." if described.envvar else "")
    return "| " + " | ".join(_cell(text) for text in (f"`{described.written}`", about, described.otherwise)) + " |"


def _cell(text: str) -> str:
    return text.replace("|", r"\|")
