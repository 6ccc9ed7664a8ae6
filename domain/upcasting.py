"""How the content of an event of an older schema reads today. Histories stay as they are; readers learn."""

from collections.abc import Callable
from typing import Any

Content = dict[str, Any]
"""An event's content as plain JSON values."""


def _one_item_to_items(content: Content) -> Content:
    """Schema 1 of an intake held one ``item_id`` and ``item_version``; schema 2 holds ``items``."""
    rest = {k: v for k, v in content.items() if k not in ("item_id", "item_version")}
    return {**rest, "items": [{"item_id": content["item_id"], "version": content["item_version"]}]}


def _returned_without_limit(content: Content) -> Content:
    """Schema 1 of a returned task did not say until when to answer."""
    return {**content, "answer_by": None}


def _with_what_was_not_known(content: Content) -> Content:
    """The newer schema only says more; what is absent reads as its default."""
    return content


UPCASTERS: dict[tuple[str, int], Callable[[Content], Content]] = {
    ("application.intake_registered", 1): _one_item_to_items,
    ("application.intake_registered", 2): _with_what_was_not_known,
    ("application.accepted", 1): _with_what_was_not_known,
    ("application.deemed_accepted", 1): _with_what_was_not_known,
    ("application.clock_resumed", 1): _with_what_was_not_known,
    ("application.limit_extended", 1): _with_what_was_not_known,
    ("application.limits_recounted", 1): _with_what_was_not_known,
    ("application.revoked", 1): _with_what_was_not_known,
    ("application.reopened", 1): _with_what_was_not_known,
    ("application.reopened", 2): _with_what_was_not_known,
    ("application.acceptance_refused", 1): _with_what_was_not_known,
    ("application.acceptance_refused", 2): _with_what_was_not_known,
    ("application.clock_stopped", 1): _with_what_was_not_known,
    ("application.clock_stopped", 2): _with_what_was_not_known,
    ("application.clock_stopped", 3): _with_what_was_not_known,
    ("application.material_found_defective", 1): _with_what_was_not_known,
    ("application.material_found_defective", 2): _with_what_was_not_known,
    ("application.material_deferred", 1): _with_what_was_not_known,
    ("application.notice_given", 1): _with_what_was_not_known,
    ("application.part_withdrawn", 1): _with_what_was_not_known,
    ("application.transferred", 1): _with_what_was_not_known,
    ("application.task_closed", 1): _with_what_was_not_known,
    ("application.decided", 1): _with_what_was_not_known,
    ("application.decided", 2): _with_what_was_not_known,
    ("application.task_returned", 1): _returned_without_limit,
    ("application.result_issued", 1): _with_what_was_not_known,
    ("application.result_issued", 2): _with_what_was_not_known,
    ("application.evaluated", 1): _with_what_was_not_known,
    ("application.clerical_error_corrected", 1): _with_what_was_not_known,
    ("catalogue.item_published", 1): _with_what_was_not_known,
    ("catalogue.item_published", 2): _with_what_was_not_known,
    ("catalogue.item_published", 3): _with_what_was_not_known,
    ("catalogue.item_published", 4): _with_what_was_not_known,
    ("catalogue.item_published", 5): _with_what_was_not_known,
    ("catalogue.item_revised", 1): _with_what_was_not_known,
    ("catalogue.item_revised", 2): _with_what_was_not_known,
    ("catalogue.item_revised", 3): _with_what_was_not_known,
    ("catalogue.item_revised", 4): _with_what_was_not_known,
    ("catalogue.item_revised", 5): _with_what_was_not_known,
    ("catalogue.limits_changed", 1): _with_what_was_not_known,
    ("hall.calendar_day_overridden", 1): _with_what_was_not_known,
    ("hall.opened", 1): _with_what_was_not_known,
    ("hall.opened", 2): _with_what_was_not_known,
    ("hall.windows_merged", 1): _with_what_was_not_known,
    ("package.published", 1): _with_what_was_not_known,
    ("package.published", 2): _with_what_was_not_known,
    ("package.published", 3): _with_what_was_not_known,
    ("package.published", 4): _with_what_was_not_known,
    ("application.handing_over_failed", 1): _with_what_was_not_known,
}
"""By stored name and schema: what makes the next schema of it."""


def only_says_less(type_name: str, schema: int, current: int) -> bool:
    """Whether the content of a schema reads as the current one as it lies there."""
    steps = range(schema, current)
    return all(UPCASTERS.get((type_name, step)) is _with_what_was_not_known for step in steps)


def upcast(type_name: str, schema: int, current: int, content: Content) -> Content:
    """The content brought from ``schema`` to ``current``, a step at a time. Raises ``LookupError`` for a gap."""
    while schema < current:
        if (type_name, schema) not in UPCASTERS:
            raise LookupError(
                f"{type_name}: no step turns schema {schema} into schema {schema + 1}; report this defect"
            )
        content = UPCASTERS[type_name, schema](content)
        schema += 1
    if schema > current:
        raise LookupError(
            f"{type_name}: schema {schema} is newer than this software, which knows {current}; upgrade it"
        )
    return content
