"""Which measured spans a report is about: those of some halls, items, channels and results."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, Table, select

from domain.application.terms import Channel, Outcome, Status
from domain.city import City, listed
from domain.errors import UnknownReference
from projections.engine.generations import live
from projections.views.processing_time import ProcessingTime


class Result(StrEnum):
    """What became of a case: what was decided, or how it ended without a decision."""

    GRANTED = Outcome.GRANTED.value
    PARTLY_GRANTED = Outcome.PARTLY_GRANTED.value
    REFUSED = Outcome.REFUSED.value
    NOT_ACCEPTED = Status.NOT_ACCEPTED.value
    SENT_BACK = Status.SENT_BACK.value
    TERMINATED = Status.TERMINATED.value
    WITHDRAWN = Status.WITHDRAWN.value
    MERGED = Status.MERGED.value


@dataclass(frozen=True, slots=True)
class Selection:
    """Of each kind the values that count; none named is all of them. ``items`` are values of the column: ``a+b`` is a package."""

    halls: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    results: tuple[Result, ...] = ()

    def conditions(self, times: Table) -> list[ColumnElement[bool]]:
        """What a row of ``processing_time`` fulfils that counts."""
        named = {"hall": self.halls, "item": self.items, "channel": self.channels, "result": self.results}
        return [times.c[column].in_(values) for column, values in named.items() if values]


EVERYTHING = Selection()


def selected(
    connection: Connection,
    city: City,
    *,
    halls: Sequence[str] = (),
    items: Sequence[str] = (),
    channels: Sequence[str] = (),
    results: Sequence[Result] = (),
) -> Selection:
    """What somebody asks for by name. An item stands for each case that asks for it, alone or with others.

    Raises ``UnknownReference`` for a name that neither the city nor any record knows; it names those that are there.
    """
    return Selection(
        halls=_known(connection, "hall", halls, city.halls),
        items=_cases_with(connection, items, city.items),
        channels=_known(connection, "channel", channels, Channel),
        results=tuple(dict.fromkeys(results)),
    )


def _cases_with(connection: Connection, items: Sequence[str], published: Iterable[str]) -> tuple[str, ...]:
    """The values of the column in which one of the items stands, each of them known."""
    if not items:
        return ()
    together = _recorded(connection, "item")
    single = {part for each in together for part in each.split("+")}
    _refuse_unknown("item", [each for each in items if each not in together], {*published, *single})
    return tuple(sorted({*items, *(each for each in together if set(items) & set(each.split("+")))}))


def _known(connection: Connection, kind: str, names: Sequence[str], there: Iterable[str]) -> tuple[str, ...]:
    """The names, each of them there or recorded of some case; what is recorded is read only where one is not there."""
    known = set(map(str, there))
    if not set(names) <= known:
        _refuse_unknown(kind, names, known | _recorded(connection, kind))
    return tuple(dict.fromkeys(names))


def _refuse_unknown(kind: str, names: Sequence[str], known: set[str]) -> None:
    for name in names:
        if name not in known:
            raise UnknownReference(f"no case has the {kind} {name}; there are {listed(known)}")


def _recorded(connection: Connection, column: str) -> set[str]:
    of = live(connection, ProcessingTime).c[column]
    return set(connection.execute(select(of).where(of.is_not(None)).distinct()).scalars())
