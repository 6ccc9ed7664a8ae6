"""Taking a log in: every new row one command, in chunks of one transaction each; a second import adds nothing.

A later file of the same log may have more rows, in any place; what it lacks or says otherwise is listed (``known_rows``).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, islice
from pathlib import Path
from typing import Any

import structlog
from pydantic import ValidationError

from adapters.bootstrap import Installation
from adapters.disk.target import Target
from adapters.exchange import rejects
from adapters.exchange.known_rows import (
    Identity,
    KnownCase,
    KnownRow,
    attributes_of,
    identity,
    known_case,
    others_of,
)
from adapters.exchange.log_hall import prepare
from adapters.exchange.log_row import BadRow, LogRow
from adapters.exchange.mapping import Mapping
from adapters.exchange.reading import rows_of
from domain.application.beside.changed_rows import CorrectRow, TakeOutRow
from domain.application.beside.recorded_steps import RecordStep
from domain.command import Command
from domain.errors import OfficeError
from domain.identifier import ON_RECORD
from domain.record import Actor, Role, Source, stamp

CHUNK = 500
"""Rows a transaction."""
UNNAMED = "unnamed"
"""Who did a step for which the log names nobody."""
DIGEST_BYTES = 8
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """How a file differs from what is recorded of its log. ``line`` is None where the file has no such row."""

    what: str
    case: str
    event: int
    line: int | None
    recorded: str
    now: str


@dataclass(slots=True)
class Imported:
    """What an import did: rows read, cases among them, events added, known already, refused; what the log says otherwise.

    ``changed`` rows differ in one thing, ``gone`` ones are not in the file; ``accepted`` says whether they were recorded so.
    """

    rows: int = 0
    cases: int = 0
    added: int = 0
    known: int = 0
    refused: int = 0
    changed: int = 0
    gone: int = 0
    accepted: bool = False
    rejects: str | None = None
    differences: list[Difference] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a file is taken: whether it tells only ``part`` of its cases, and why its changes are accepted, if they are."""

    part: bool = False
    accepted_because: str | None = None


ONLY_LIST = Wanted()


def import_log(
    installation: Installation,
    file: Path,
    mapping: Mapping,
    target: Target,
    progress: Progress,
    wanted: Wanted = ONLY_LIST,
) -> Imported:
    """Check the whole file, then import it. A file that is broken anywhere (``BrokenLog``) changes nothing.

    A row that says something wrong is written to ``target`` (CSV, ``adapters.exchange.rejects``), made only when there is any; what
    stands there from an import before goes. Such a file can be imported itself: it is a part of its log. Raises ``NotForRejects``, ``BadTarget`` where something else stands there.
    """
    rejects.check(target)
    told = _told(rows_of(file, mapping), mapping)
    prepare(installation, mapping)
    log = structlog.get_logger().bind(rows=told.rows)  # not the file: its name may be that of a person
    log.info("import begun")
    part = wanted.part or rejects.holds_refused_rows(file)
    taking = _Taking(installation, mapping, told, replace(wanted, part=part))
    for chunk in _chunks(rows_of(file, mapping)):
        taking.take(chunk)
        progress(taking.done.rows, told.rows)
    done = taking.done
    done.cases, done.refused = taking.cases, len(taking.refused)
    done.accepted = wanted.accepted_because is not None
    rejects.write(target, taking.refused)
    done.rejects = str(target.file) if taking.refused else None
    log.info("import ended", cases=done.cases, added=done.added, known=done.known, refused=done.refused)
    return done


@dataclass(slots=True)
class _Told:
    """What a file tells: how many rows it has, and of each case which ones (a digest of some bytes each)."""

    rows: int = 0
    cases: dict[str, bytearray] = field(default_factory=dict)

    def rows_of_case(self, case: str) -> Counter[bytes]:
        """How often the file has each row of a case."""
        digests = self.cases[case]
        return Counter(bytes(digests[at : at + DIGEST_BYTES]) for at in range(0, len(digests), DIGEST_BYTES))


def _told(rows: Iterable[LogRow | BadRow], mapping: Mapping) -> _Told:
    told = _Told()
    for row in rows:
        told.rows += 1
        if isinstance(row, LogRow):
            told.cases.setdefault(row.case, bytearray()).extend(identity(row, mapping).digest())
    return told


class _Taking:
    """A file on its way in: the cases that are open, and what became of its rows so far."""

    def __init__(self, installation: Installation, mapping: Mapping, told: _Told, wanted: Wanted) -> None:
        self._house, self._mapping, self._told, self._wanted = installation, mapping, told, wanted
        self._open: dict[str, KnownCase] = {}
        self._left: Counter[str] = Counter()
        self.done = Imported()
        self.cases = 0
        self.refused: list[BadRow] = []
        self._repeats = not wanted.part and self._repeats_any()
        """Whether the file has rows again that are recorded: only then what it lacks is gone."""

    def take(self, rows: Sequence[LogRow | BadRow]) -> None:
        """Record what is new in some rows of the file."""
        self.done.rows += len(rows)
        self.refused += [row for row in rows if isinstance(row, BadRow)]
        good = [row for row in rows if isinstance(row, LogRow)]
        self._begin(dict.fromkeys(row.case for row in good))
        asked = [pair for row in good if (pair := self._asked(row)) is not None]
        self._give(asked)

    def _begin(self, cases: Iterable[str]) -> None:
        fresh = [case for case in cases if case not in self._left]
        for case, known in self._known(fresh):
            file_rows = self._told.rows_of_case(case)
            if self._repeats:
                known.misses(file_rows)
            elif not any(row.digest() in file_rows for row in known.rows):
                known.last = max(known.places, default=0)
            self._open[case] = known
            self._left[case] = file_rows.total()
            self.cases += 1

    def _known(self, cases: Sequence[str]) -> Iterator[tuple[str, KnownCase]]:
        if not cases:
            return
        records = self._house.office.recorder.select_streams([f"application/{case}" for case in cases])
        own = {name: list(group) for name, group in groupby(records, key=lambda record: record.originator_id)}
        for case in cases:
            yield case, known_case(own.get(f"application/{case}", ()), self._mapping)

    def _repeats_any(self) -> bool:
        names = iter(self._told.cases)
        while some := list(islice(names, CHUNK)):
            for case, known in self._known(some):
                if known.rows and any(row.digest() in self._told.rows_of_case(case) for row in known.rows):
                    return True
        return False

    def _asked(self, row: LogRow) -> tuple[LogRow, Command] | None:
        """The command that records a row; None where it is known, or is to be listed only."""
        case, own = self._open[row.case], identity(row, self._mapping)
        if (met := case.meet(own)) is not None:
            self.done.known += 1
            other = [] if met.said == others_of(row, self._mapping) else ["attributes"]
            other += ["case attributes"] if case.news(row.case_attributes) else []
        elif (met := case.changed_from(own)) is not None:
            other = own.differs_from(met.identity)
        self._left[row.case] -= 1
        try:
            if met is None:
                return row, self._record(row, own, case)
            return self._changed(row, met, other) if other else None
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            reason = (
                f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}; correct the row and import it again"
            )
            self._refuse(row, reason)
            return None

    def _record(self, row: LogRow, own: Identity, case: KnownCase) -> Command:
        asked = f"import/{self._mapping.name}/{row.case}"
        if news := row.case_attributes != case.case_attributes:
            case.case_attributes = row.case_attributes
            case.ever_said.append(row.case_attributes)
        source = self._source(row, case.place_of_new(), news=news)
        return RecordStep(
            command_id=f"{asked}/{own.digest().hex()}/{case.number(own)}",
            correlation_id=asked,
            actor=Actor(
                person=row.resource or UNNAMED,
                role=Role.IMPORTER,
                department=row.department,
                hall=self._mapping.hall.id,
            ),
            occurred_at=row.occurred_at,
            case_id=row.case,
            hall=self._mapping.hall.id,
            item=self._mapping.item.id,
            meaning=self._mapping.activities.get(row.activity),
            source=source,
        )

    def _source(self, row: LogRow, place: int, *, news: bool) -> Source:
        return Source(
            log=self._mapping.name,
            ordinal=place,
            activity=row.activity,
            department=row.department,
            channel=row.channel,
            group=row.group,
            resource=row.resource,
            attributes=attributes_of(row, self._mapping),
            case_attributes=dict(row.case_attributes) if news else {},
        )

    def _changed(self, row: LogRow, was: KnownRow, other: Sequence[str]) -> tuple[LogRow, Command] | None:
        """A row that says something otherwise than it did."""
        self.done.changed += 1
        recorded, now = _words(was.identity), _words(identity(row, self._mapping))
        what = f"changed: {', '.join('time' if name == 'at' else name for name in other)}"
        self.done.differences.append(
            Difference(what=what, case=row.case, event=was.event, line=row.line, recorded=recorded, now=now)
        )
        if (reason := self._wanted.accepted_because) is None:
            return None
        source = self._source(row, was.place, news="case attributes" in other)
        asked = {
            **self._about(row.case, f"changed/{was.event}/{was.revision + 1}"),
            "corrects": was.event,
            "reason": reason,
            "at": row.occurred_at,
            "row": source,
        }
        return row, CorrectRow.model_validate(asked, context=ON_RECORD)

    def _about(self, case: str, what: str) -> dict[str, Any]:
        actor = Actor(person="import", role=Role.IMPORTER, hall=self._mapping.hall.id)
        asked = f"import/{self._mapping.name}/{case}"
        return {"command_id": f"{asked}/{what}", "correlation_id": asked, "actor": actor, "case_id": case}

    def _give(self, asked: Sequence[tuple[LogRow, Command]]) -> None:
        answers = self._house.office.execute_all([command for _, command in asked]) if asked else []
        for (row, command), answer in zip(asked, answers, strict=True):
            if isinstance(answer, OfficeError):
                self._refuse(row, str(answer))
            elif isinstance(command, RecordStep):
                self.done.added += not answer.repeated
                self.done.known += answer.repeated
        for case in [case for case in self._open if not self._left[case]]:
            self._end(case, self._open.pop(case))

    def _refuse(self, row: LogRow, reason: str) -> None:
        self.refused.append(BadRow(row.line, reason, f"{row.case}: {row.activity}", row.case, row.written))

    def _end(self, case: str, known: KnownCase) -> None:
        """All rows of a case are read: what is left is gone."""
        for row in known.gone:
            self.done.gone += 1
            self.done.differences.append(
                Difference(what="gone", case=case, event=row.event, line=None, recorded=_words(row.identity), now="")
            )
        if (reason := self._wanted.accepted_because) is not None and known.gone:
            self._house.office.execute_together(
                [
                    TakeOutRow.model_validate(
                        {**self._about(case, f"gone/{row.event}"), "corrects": row.event, "reason": reason},
                        context=ON_RECORD,
                    )
                    for row in known.gone
                ]
            )


def _words(row: Identity) -> str:
    """A row in one line."""
    return "; ".join([row.activity, stamp(row.at), *(part for part in row[2:] if part is not None)])


def _chunks(rows: Iterable[LogRow | BadRow]) -> Iterator[Sequence[LogRow | BadRow]]:
    source = iter(rows)
    while chunk := list(islice(source, CHUNK)):
        yield chunk
