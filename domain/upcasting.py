"""How the content of an event of an older schema reads today. Histories stay as they are; readers learn."""

from collections.abc import Callable
from typing import Any

Content = dict[str, Any]
"""An event's content as plain JSON values."""


def _one_item_to_items(content: Content) -> Content:
    """Schema 1 of an intake held one ``item_id`` and ``item_version``; schema 2 holds ``items``."""
    rest = {k: v for k, v in content.items() if k not in ("item_id", "item_version")}
    return {**rest, "items": [{"item_id": content["item_id"], "version": content["item_version"]}]}


UPCASTERS: dict[tuple[str, int], Callable[[Content], Content]] = {
    ("application.intake_registered", 1): _one_item_to_items,
}
"""By stored name and schema: what makes the next schema of it."""


def upcast(type_name: str, schema: int, current: int, content: Content) -> Content:
    """The content brought from ``schema`` to ``current``, a step at a time. Raises ``LookupError`` for a gap."""
    while schema < current:
        if (type_name, schema) not in UPCASTERS:
            raise LookupError(f"{type_name}: nothing makes schema {schema + 1} from schema {schema}")
        content = UPCASTERS[type_name, schema](content)
        schema += 1
    if schema > current:
        raise LookupError(
            f"{type_name}: schema {schema} is newer than this software, which knows {current}; upgrade it"
        )
    return content
