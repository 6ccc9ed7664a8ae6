"""Where each page of the reference lies, and what makes it."""

from collections.abc import Callable
from pathlib import Path

from tests.reference import city_files, command_line, environment, events, exit_codes, licences, limits, manual, views

ROOT = Path(__file__).parents[2]
PAGES: dict[str, Callable[[], str]] = {
    "docs/reference/command-line.md": command_line.page,
    "docs/reference/events.md": events.page,
    "docs/reference/environment.md": environment.page,
    "docs/reference/exit-codes.md": exit_codes.page,
    "docs/reference/licences.md": licences.page,
    "docs/reference/limits.md": limits.page,
    "docs/reference/views.md": views.page,
    "docs/reference/city-files.md": city_files.page,
    "docs/onewindow.1": manual.page,
}
