"""``docs/reference/environment.md``: every variable of the environment that onewindow, its tests or its benchmarks look at."""

from adapters.settings import Settings
from tests.reference.command_tree import pages

HEAD = """# Environment

Every variable that onewindow looks at, made from the code by `make reference`. An option of a command wins over its variable.
"""
BESIDE = {
    "XDG_DATA_HOME": "The folder for data of this user, `~/.local/share` where it is not set; database and key lie in its `onewindow`.",
    "_ONEWINDOW_COMPLETE": "Set by the shell while it completes a command; see `onewindow --install-completion`.",
}
"""Looked at by what we use, or without our prefix."""
FOR_TESTS = {
    "ONEWINDOW_TEST_POSTGRES_DSN": "A PostgreSQL server for the tests, whose user may create databases; without it they start one of their own.",
    "ONEWINDOW_TEST_RACE": "How many terminals claim a task at the same time in `make race`.",
    "ONEWINDOW_SHARED_DATA": "The folder with the public log of environmental permit applications, for the tests that read it.",
}


def variables() -> dict[str, str]:
    """What each variable means for whoever runs onewindow."""
    prefix = str(Settings.model_config.get("env_prefix"))
    settings = {f"{prefix}{name.upper()}": str(info.description) for name, info in Settings.model_fields.items()}
    options = {
        option.envvar: f"{option.about} As `{option.written}`; left out: {option.otherwise}."
        for page in pages()
        for option in page.options
        if option.envvar and option.envvar not in settings
    }
    return dict(sorted((settings | options).items()))


def page() -> str:
    """The whole page."""
    lines = ["", "| variable | meaning |", "| --- | --- |"]
    lines += [f"| `{name}` | {_cell(meaning)} |" for name, meaning in (variables() | BESIDE).items()]
    lines += ["", "## Tests", "", "| variable | meaning |", "| --- | --- |"]
    lines += [f"| `{name}` | {meaning} |" for name, meaning in FOR_TESTS.items()]
    return HEAD + "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", r"\|")
