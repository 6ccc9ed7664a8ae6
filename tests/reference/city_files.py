"""``docs/reference/city-files.md``: what may stand in the files that people write, from the models that read them."""

from adapters.exchange.mapping import Mapping
from adapters.files.calendar_file import _File as CalendarFile
from adapters.files.catalogue.models import FileCatalogue
from adapters.files.city.folder import FileCity
from adapters.files.hall_file import FileHalls
from tests.reference.kinds import all_values, fields_of, sentences, table

HEAD = """# Files

What may stand in the files that people write, made from the code by `make reference`. A key that is not named here is an error, and
so is a key that is missing and must be there.
"""
FILES: tuple[tuple[str, str, type], ...] = (
    (
        "The folder of a city",
        "YAML, read by `onewindow city load`; [A city of one's own](../city-of-your-own.md) says what it does.",
        FileCity,
    ),
    ("A catalogue", "YAML, read by `onewindow catalogue load`.", FileCatalogue),
    ("Halls", "YAML, read by `onewindow hall load`.", FileHalls),
    ("A calendar", "TOML, read by `onewindow calendar load`.", CalendarFile),
    ("The mapping of a log", "TOML, read by `onewindow import --mapping`.", Mapping),
)


def page() -> str:
    """The whole page."""
    return HEAD + "".join(_section(*file) for file in FILES)


def _section(title: str, about: str, model: type) -> str:
    lines = ["", f"## {title}", "", about, "", *table(model, link=False)]
    inner = [kind for kind, _ in fields_of(model).values()]
    for value in all_values(inner):
        lines += ["", f"### {value.__name__}", "", sentences(value), "", *table(value, link=False)]
    return "\n".join(lines) + "\n"
