"""What a command ends with: how a program tells one refusal from another (docs/reference/exit-codes.md)."""

from enum import IntEnum


class ExitCode(IntEnum):
    """How a command ended. Its name in small letters is the ``code`` of an error in JSON. A number never changes its meaning."""

    about: str

    def __new__(cls, number: int, about: str) -> "ExitCode":
        member = int.__new__(cls, number)
        member._value_ = number
        member.about = about
        return member

    DONE = 0, "done"
    DIFFERENCE = 1, "`verify`, `db check` or a restore found a difference"
    WRONG_USAGE = 2, "wrong input: an option, a file, a value"
    OVERTAKEN = 3, "others changed the case every time; run it again"
    UNAVAILABLE = 4, "the database cannot be used"
    VIEW_STOPPED = 5, "a view cannot apply an event or lacks part of the log, or a case could not be checked"
    VIEW_BEHIND = 6, "a view is behind the position that was waited for"
    OUTDATED = 7, "the case has changed since you looked at it (`onewindow case --expect-version N ...`)"
    SOME_REFUSED = 8, "of several rows, lines, cases or tasks some were refused"
    ALL_REFUSED = 9, "all of them were"
    NO_ROWS = 10, "import: there was no row"
    ROWS_DIFFER = 11, "import: rows are gone or changed"
    RULE_BROKEN = 12, "a rule of the office forbids it"
    NOT_ALLOWED = 13, "the right to do it is missing"
    NOT_FOUND = 14, "a case, hall, item, person or the like is not known"
    CONFLICT = 15, "an id or number was given that another command, case, hall or the like has"
    ALREADY_DONE = 16, "it is so already"
    DEFECT = 70, "a defect of onewindow"
    INTERRUPTED = 130, "stopped by Ctrl-C or a signal"
    UNREAD = 141, "nobody read the answer to its end, as in `| head -1`"
