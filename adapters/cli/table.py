"""Tables: drawn within the width of a terminal, no word split; in a pipe a line a row, its cells separated by tabs."""

import re
from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

BORDERS = 3
"""Characters that a column costs beside its cells; the table costs one more."""
BREAKS = re.compile(r"[\s⺀-鿿＀-￯　-〿]+")
"""Where a line may end: at blanks, and anywhere in Chinese."""


class Column:
    """A column of a table: its heading, its cells, and on which side they stand."""

    def __init__(self, heading: str, cells: Sequence[str], right: bool) -> None:
        self.heading, self.cells, self.right = heading, cells, right
        texts = [heading, *cells]
        self.widest = max(cell_len(line) for text in texts for line in (text.split("\n") or [""]))
        words = (word for text in texts for word in BREAKS.split(text))
        self.longest_word = max([min(self.widest, 2), *map(cell_len, words)])


def in_a_pipe(columns: Sequence[Column]) -> Iterator[str]:
    """The headings and then a line a row, the cells separated by tabs; nothing is cut or padded."""
    yield "\t".join(column.heading for column in columns)
    for row in zip(*(column.cells for column in columns), strict=True):
        yield "\t".join(" ".join(cell.split()) for cell in row)


def at_a_terminal(screen: Console, columns: Sequence[Column]) -> None:
    """A table where the longest words fit beside each other; else each row as a paragraph of headings and values."""
    widths = _widths(columns, screen.width)
    if widths is None:
        for paragraph in _paragraphs(columns, screen.width):
            screen.print(Text(paragraph), soft_wrap=True)
        return
    table = Table(header_style="bold")
    for column, width in zip(columns, widths, strict=True):
        table.add_column(
            Text(column.heading), justify="right" if column.right else "left", overflow="fold", width=width
        )
    for row in zip(*(column.cells for column in columns), strict=True):
        table.add_row(*map(Text, row))
    screen.print(table)


def _widths(columns: Sequence[Column], width: int) -> list[int] | None:
    """A width for each column that splits none of its words, as wide as there is room for; None where there is none."""
    room = width - 1 - sum(column.longest_word + BORDERS for column in columns)
    if room < 0:
        return None
    widths = [column.longest_word for column in columns]
    for number in sorted(range(len(columns)), key=lambda number: columns[number].widest):
        more = min(columns[number].widest - widths[number], room)
        widths[number] += more
        room -= more
    return widths


def _paragraphs(columns: Sequence[Column], width: int) -> Iterator[str]:
    for row in zip(*(column.cells for column in columns), strict=True):
        pairs = (f"{column.heading}: {cell}" for column, cell in zip(columns, row, strict=True) if cell)
        yield _filled("  ".join(pairs), width)


def _filled(text: str, width: int) -> str:
    """The text in lines of a width, those after the first indented; a line ends at a blank only."""
    lines, line = [], ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if cell_len(longer) > width and line.strip():
            lines.append(line.rstrip())
            longer = f"  {word}"
        line = longer
    return "\n".join([*lines, line])
