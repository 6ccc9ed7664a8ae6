"""``docs/onewindow.1``: the manual page, from the same tree as the reference of the command line."""

from tests.reference.command_tree import Described, pages

HEAD = r""".TH ONEWINDOW 1
.SH NAME
onewindow \- records of government halls: one window, many departments
.SH SYNOPSIS
.B onewindow
[\fIOPTIONS\fR] \fICOMMAND\fR ...
.SH DESCRIPTION
Keeps every application of a government hall as a history of events that are never changed, and the lists and figures that follow
from them.
.SH COMMANDS
"""
TAIL = r""".SH FILES
.TP
\fI~/.local/share/onewindow/\fR
Database and master key where none are named; see ONEWINDOW_HOME.
.SH SEE ALSO
docs/reference/ has the environment, events, views and file formats.
"""


def page() -> str:
    """The whole page."""
    lines: list[str] = []
    for each in pages():
        lines += [f".SS {_plain(each.words)}", f".B {_plain(each.usage)}", ".PP"]
        lines += [_plain(" ".join(paragraph.split())) + "\n.PP" for paragraph in each.about.split("\n\n")]
        for described in (*each.arguments, *each.options):
            lines += [".TP", f"\\fB{_plain(described.written)}\\fR", _plain(_meaning(described))]
    return HEAD + "\n".join(lines) + "\n" + TAIL


def _meaning(described: Described) -> str:
    parts = [described.about or "See above."]
    parts += [f"Left out: {described.otherwise}."] if described.otherwise else []
    parts += [f"Environment: {described.envvar}."] if described.envvar else []
    return " ".join(parts)


def _plain(text: str) -> str:
    """Text that roff takes for nothing but text."""
    escaped = text.replace("\\", "\\\\").replace("-", "\\-").replace("'", "\\(aq").replace("`", "")
    return "\\&" + escaped if escaped.startswith(".") else escaped
