"""How much is read of what comes from outside, in one place; ``docs/reference/limits.md`` is made of it.

A reader looks at its limits while it reads: what lies beyond one is refused in a sentence with its line and the limit, before
it takes memory or time.
"""

MEBI = 1 << 20

LINE_BYTES = 4 * MEBI
"""Log: bytes of a line of CSV, or characters where the log is written in UTF-16 or UTF-32. Beyond it the file is refused."""
ROW_CHARACTERS = MEBI
"""Log: characters of a row, or of the names and values of an event or a trace in XES. Beyond it the row is refused, and every
event of the trace."""
COLUMNS = 10_000
"""Log: columns, or attributes of an event or a trace in XES. Beyond it the file is refused; in XES the row, and every event of
the trace."""
NAME_CHARACTERS = 1_000
"""Log: characters of the name of a column, or of an attribute with its path in XES. Beyond it the file is refused; in XES the row."""
TIME_CHARACTERS = 100
"""Log: characters of a time, and of `time_format` in the mapping. Beyond it the row is refused, or the mapping."""
READINGS = 5
"""Log: how often a line of CSV is read, after quotation marks that were left open. Beyond it the line is refused with its row."""
XES_DEEPEST = 100
"""XES: levels of elements. Beyond it the file is refused. Real logs have four or five."""
XES_BYTES_WITHOUT_TAG = 4 * MEBI
"""XES: bytes of one tag, of one comment, or of text between two tags. Beyond it the file is refused."""

TOML_BYTES = 256 << 10
"""TOML (the mapping of a log, a calendar): bytes of the file. Beyond this and the next two the file is refused."""
TOML_DEEPEST = 20
"""TOML: levels of tables, lists and dotted keys."""
TOML_WORD = 100
"""TOML: characters of a number, a time, or a key without quotation marks."""

YAML_BYTES = 10_000_000
"""YAML (the city, halls, the catalogue): bytes of a file. Beyond this and the next two the file is refused."""
YAML_VALUES = 200_000
"""YAML: values, the lists and mappings counted too."""
YAML_DEEPEST = 30
"""YAML: levels of lists and mappings."""
YAML_PROBLEMS = 1_000
"""YAML: problems that are told of one file. How many more there are is told, too."""
FOLDER_FILES = 1_000
"""Folder of a city: files. Beyond it the folder is refused: somebody named their home, or the root."""

LONGEST_LINE = 256 << 10
"""Message (a command as a program sends it): bytes of its line. Beyond this and the next four the message is refused."""
LONGEST_TEXT = 4_000
"""Message: characters of a text, as the office takes them."""
LONGEST_LIST = 1_000
"""Message: entries of a list or an object."""
DEEPEST = 16
"""Message: levels of lists and objects."""
LARGEST = 2**53 - 1
"""Message: the largest whole number, which every program reads alike (RFC 8259, 6)."""

ADDRESS_CHARACTERS = 16_000
"""Address of a database: characters; the longest path of a file has fewer, each written as `%E5`. Beyond it the address is refused."""
