"""All event types of the office: importing this module makes every stored name known."""

import importlib
import pkgutil

import domain
from domain.record import EVENT_TYPES, Event

MODULES = tuple(
    importlib.import_module(found.name)
    for found in pkgutil.walk_packages(domain.__path__, "domain.")
    if found.name != __name__
)
"""Every module of the domain, found and not listed: an event of a new module can be read at once."""


def named(type_name: str) -> type[Event]:
    """The event class of a stored name. Raises ``LookupError`` for a name this software does not know."""
    if type_name not in EVENT_TYPES:
        raise LookupError(f"{type_name} is not an event type of this software; upgrade it")
    return EVENT_TYPES[type_name]
