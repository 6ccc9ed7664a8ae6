"""Limits as people write them, and what a file means that does not say what the law allows."""

import re
from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationError

from adapters.files.file_model import FileModel
from domain.catalogue.item import Limits
from domain.catalogue.sourced_limit import SourcedLimit
from domain.errors import OfficeError
from domain.record import Text
from domain.time.working_time import Limit, Unit

UNITS = "|".join(Unit)
LIMIT = re.compile(rf"(\d{{1,4}}) ({UNITS})( with the first day)?")


def _limit(value: Any) -> Any:
    """``5 working_days``, or ``5 working_days with the first day``."""
    found = LIMIT.fullmatch(value) if isinstance(value, str) else None
    if found is None or found[1].strip("0") == "":
        raise ValueError(f"write a limit as '5 working_days'; its units are {', '.join(Unit)}")
    return Limit(amount=int(found[1]), unit=Unit(found[2]), first_day_counts=found[3] is not None)


LimitText = Annotated[
    Limit,
    BeforeValidator(_limit),
    Field(
        description=f"limit, as `5 working_days` (or {', '.join(list(Unit)[1:])}; `with the first day` where it counts)"
    ),
]


def _law(amount: int) -> Limit:
    return Limit(amount=amount, unit=Unit.WORKING_DAYS)


THE_LAW = {"statutory_notice": _law(5), "statutory_extension": _law(10), "statutory_delivery": _law(10)}
"""What a file means that does not say what the law allows an item: the Administrative Licensing Law, articles 32, 42
and 44. An item under another law says its own, or ``null`` where no law sets a limit."""
JOINT_HANDLING = {"statutory": _law(45), "statutory_extension": _law(15)}
"""The same of a package: article 42 for joint and centralised handling."""


class FileLimits(FileModel):
    """The limits of an item."""

    notice: LimitText
    decision: LimitText
    delivery: LimitText
    statutory_decision: LimitText
    supplement: LimitText
    warning: Annotated[int, Field(ge=1, le=100)] = 75
    extension: LimitText | None = None
    evaluation: LimitText | None = None
    rectification: LimitText | None = None
    collection: LimitText | None = None
    deferral: LimitText | None = None
    statutory_notice: LimitText | None = THE_LAW["statutory_notice"]
    statutory_extension: LimitText | None = THE_LAW["statutory_extension"]
    statutory_delivery: LimitText | None = THE_LAW["statutory_delivery"]


class FileSourcedLimit(FileModel):
    """A limit and from what it is."""

    limit: LimitText
    source: Text

    @property
    def sourced(self) -> SourcedLimit:
        """The same as the catalogue has it."""
        return SourcedLimit(limit=self.limit, source=self.source)


class WrongLimit(OfficeError):
    """A limit that was typed and cannot be taken."""


def changed_limits(limits: Limits, changes: Iterable[str]) -> Limits:
    """Limits with some of them changed, each typed as ``decision=8 working_days``; ``extension=none`` takes one away.

    Raises ``WrongLimit``.
    """
    given: dict[str, Any] = {name: _written(getattr(limits, name)) for name in FileLimits.model_fields}
    for change in changes:
        name, equals, value = (part.strip() for part in change.partition("="))
        if not equals or name not in FileLimits.model_fields:
            raise WrongLimit(
                f"{change!r} is not NAME=LIMIT, as decision=8 working_days; names are {', '.join(FileLimits.model_fields)}"
            )
        given[name] = None if value == "none" else value
    try:
        checked = FileLimits.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise WrongLimit(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    return Limits(**{name: getattr(checked, name) for name in FileLimits.model_fields})


def _written(value: Limit | int | None) -> str | int | None:
    return limit_text(value) if isinstance(value, Limit) else value


def limit_text(limit: Limit) -> str:
    """A limit as it is written in a file."""
    return f"{limit.amount} {limit.unit.value}" + (" with the first day" if limit.first_day_counts else "")
