"""``docs/reference/events.md``: every event type, from the classes themselves."""

import sys

from domain.office import event_types
from domain.record import EVENT_TYPES, Act
from tests.reference.kinds import all_values, fields_of, sentences, table

HEAD = """# Events

Every event that the records can hold, made from the code by `make reference`. An event is stored under its type with the number of
its schema; fields that a later schema added are nothing in an event of before, unless its sentence says otherwise. Beside its own
fields stands how it happened ([Act](#act)). The module says at which stage of an application, or where else, it belongs.
"""


def page() -> str:
    """The whole page."""
    assert event_types.MODULES
    lines: list[str] = []
    modules = sorted({kind.__module__ for kind in EVENT_TYPES.values()})
    for module in modules:
        lines += [f"## {module.replace('.', '/')}.py", "", sentences(sys.modules[module]).split("\n\n")[0], ""]
        for name, kind in sorted(EVENT_TYPES.items()):
            if kind.__module__ == module:
                lines += [f"### {name}", "", f"Schema {kind.schema}. {kind.title}", "", sentences(kind), ""]
                lines += [*table(kind), ""]
    lines += ["## What fields are made of", ""]
    kinds = [field for kind in EVENT_TYPES.values() for field, _ in fields_of(kind).values()]
    for value in all_values([*kinds, Act]):
        lines += [f"### {value.__name__}", "", sentences(value), "", *table(value), ""]
    return HEAD + "\n" + "\n".join(lines).rstrip() + "\n"
