"""Anybody gives any command, on a real database: after each that is recorded, no open case is in no list, and everything agrees."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from itertools import islice
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from pydantic import ValidationError
from sqlalchemy import Engine, select

from adapters.bootstrap import Installation, installation
from adapters.services.as_it_stood import Known, as_it_stood
from adapters.services.clock import tick_all
from adapters.settings import Settings
from adapters.store import audit
from domain.application.command import CaseCommand
from domain.application.consequences.deadlines import lapse
from domain.application.path.intake import RegisterIntake
from domain.application.state import Application
from domain.command import LIVE, Command
from domain.errors import NotAllowed, OfficeError
from domain.record import Actor
from domain.time.light import Light
from projections.engine.generations import live
from projections.lists.list_page import Listed
from projections.lists.queue import Filter, Show, Sort
from projections.views.all_views import VIEWS
from projections.views.open_work import OpenWork
from projections.views.work import WaitsFor
from tests.anybody.agreement import (
    Key,
    Place,
    counted,
    each_in_its_list,
    key,
    lights_agree,
    lines_of,
    pages_agree,
    place_of,
    places,
    queue_agrees,
    totals_agree,
    whole,
)
from tests.anybody.builders import BUILDERS
from tests.anybody.city import DEPARTMENTS, HALLS, RESERVE
from tests.anybody.of_cases import APPLYING, OF_CASES
from tests.anybody.ways import Way, ways
from tests.anybody.world import CASES, ITEMS, ROW, World, fitting, whoever
from tests.office import LEGAL, NATURAL, START, coded

ABOUT_CASES = list(OF_CASES)
ANY = list(BUILDERS)
OFTEN = st.sampled_from([True, True, False])
TRIES = 4
"""How often something else is asked where nobody would be granted it."""
FILTERS = st.builds(
    Filter,
    show=st.sampled_from(Show),
    waits_for=st.sampled_from([None, None, None, *WaitsFor]),
    holder=st.sampled_from([None, "market-1", "fire-2"]),
    hall=st.sampled_from([None, *HALLS]),
    zone=st.sampled_from([None, NATURAL.value, LEGAL.value]),
    item=st.sampled_from([None, None, *ITEMS]),
    light=st.sampled_from([None, None, *Light]),
    snoozed=st.booleans(),
    sort=st.sampled_from(Sort),
)


class Anybody(RuleBasedStateMachine):
    """An office on a real database, and whoever comes along. ``engine`` reads the lists: one for all examples, which has their SQL ready."""

    def __init__(self, settings: Settings, engine: Engine, ends: Callable[[], None]) -> None:
        super().__init__()
        self._ends = ends
        self._context = installation(settings, lambda: self.now)
        self.installation: Installation = self._context.__enter__()
        self._own_engine, self.installation.engine = self.installation.engine, engine
        self.now = START
        self.number = 0
        self.seen = self.installation.log.head()

    def teardown(self) -> None:
        try:
            self._everything_agrees()
        finally:
            self._context.__exit__(None, None, None)
            self._own_engine.dispose()
            self._ends()

    # What happens

    @initialize(data=st.data())
    def cases_are_under_way(self, data: st.DataObject) -> None:
        for name in CASES[:2]:
            actor, fields = data.draw(APPLYING, "intake")
            self._give(RegisterIntake, actor, case_id=name, **fields)
            self._people_work(name, data.draw(st.integers(0, 24), "steps"), data)

    @rule(
        kinds=st.lists(st.sampled_from(ABOUT_CASES), min_size=1, max_size=6),
        case=st.sampled_from(CASES),
        data=st.data(),
    )
    def anybody_gives_commands_about_a_case(self, kinds: list[type[Command]], case: str, data: st.DataObject) -> None:
        for kind in kinds:
            self._build(kind, case, data)

    @rule(kinds=st.lists(st.sampled_from(ANY), min_size=1, max_size=3), case=st.sampled_from(CASES), data=st.data())
    def anybody_gives_any_commands(self, kinds: list[type[Command]], case: str, data: st.DataObject) -> None:
        for kind in kinds:
            self._build(kind, case, data)

    @rule(case=st.sampled_from(CASES), steps=st.integers(1, 8), data=st.data())
    def people_do_what_stands_in_their_lists(self, case: str, steps: int, data: st.DataObject) -> None:
        self._people_work(case, steps, data)

    @rule(hours=st.integers(1, 120))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule()
    def the_clock_is_looked_at(self) -> None:
        tick_all(self.installation)

    @rule(department=st.sampled_from(DEPARTMENTS), wanted=FILTERS)
    def a_queue_is_filtered(self, department: str, wanted: Filter) -> None:
        self.installation.caught_up(OpenWork(), 10)
        with self.installation.reading() as connection:
            queue_agrees(connection, whole(connection, self.now), department, wanted, self.now)

    # What is looked at

    @invariant()
    def nothing_open_is_out_of_sight(self) -> None:
        """After whatever was recorded: the lists of the database, as they are read, against the histories."""
        if self.installation.log.head() == self.seen:
            return
        self.seen = self.installation.log.head()
        self.installation.caught_up(OpenWork(), 10)
        city, cases = self.installation.office.city(), self._cases()
        with self.installation.reading() as connection:
            rows = {tuple(row[:2]): tuple(row) for row in connection.execute(select(live(connection, OpenWork)))}
            lines = whole(connection, self.now)
            where = places(connection, city, self.now)
            counted(connection, lines, city)
            for department in DEPARTMENTS:
                for show in (Show.ALL, Show.UNASSIGNED, Show.UPCOMING):
                    totals_agree(connection, lines, department, Filter(show=show), self.now)
        assert rows == {row[:2]: row for case in cases.values() for row in OpenWork().of_case(case, city)}
        assert sorted(lines, key=key) == sorted(
            (line for case in cases.values() for line in lines_of(case, city, self.now)), key=key
        )
        each_in_its_list(lines, where)
        for case in cases.values():
            self._in_sight(case, [line for line in lines if line.case_id == case.case_id], where)

    def _in_sight(self, case: Application, lines: Sequence[Listed], where: Mapping[Key, Sequence[Place]]) -> None:
        """An open case is in the list of somebody who may act on it, and the office would have them do it."""
        lights_agree(case, lines, self.now)
        if (
            not case.under_way
            or self._of_a_log(case)
            or lapse(case, self.installation.office.city(), self.now) is not None
        ):
            return  # what follows by itself comes with the next look at the clock
        assert any(line.waits_for != WaitsFor.UPCOMING for line in lines), (case.status, lines)
        world = self._world(case.case_id)
        for line in lines:
            if line.waits_for != WaitsFor.UPCOMING:
                tried = ways(line, where[key(line)], world)
                assert any(way.granted(world, self.installation.vault) for way in tried), (line, case)

    def _of_a_log(self, case: Application) -> bool:
        """Whether its history comes from a log; nobody works on it, and whatever was received here is none."""
        return self.installation.office.history(case.case_id)[0].act.source is not None

    def _everything_agrees(self) -> None:
        """The slow looks: the whole log verified, every view against a fresh fold, pages, and the lists as they stand now."""
        self.installation.runner().catch_up()
        city = self.installation.office.city()
        with self.installation.reading() as connection:
            assert audit.check(connection, VIEWS, lambda done, total: None).findings == []
        with self.installation.reading() as connection:
            lines = whole(connection, self.now)
            rows = [tuple(row) for row in connection.execute(select(live(connection, OpenWork)))]
            pages_agree(connection, lines, city, self.now)
            for department in DEPARTMENTS:
                for show in (Show.ALL, Show.UPCOMING):
                    queue_agrees(connection, lines, department, Filter(show=show), self.now)
        for known in Known:
            with as_it_stood(self.installation, self.now, known) as (then, _):
                stood = [tuple(row) for row in then.execute(select(live(then, OpenWork)))]
                assert sorted(stood) == sorted(rows), known

    # How commands are given

    def _people_work(self, case: str, steps: int, data: st.DataObject) -> None:
        """People do what stands in their lists about a case, one thing after the other."""
        for _ in range(steps):
            world = self._world(case)
            possible = [self._possible(line, world) for line in lines_of(world.case, world.city, self.now)]
            likely, every = [each[0] for each in possible if each], [way for each in possible for way in each]
            if not likely:
                return
            way = data.draw(st.sampled_from(likely if data.draw(OFTEN, "the usual") else every), "way")
            self._give(way.kind, way.actor, case_id=case, **way.fields)
            after = self._world(case)
            seen = lines_of(after.case, after.city, self.now)
            self._in_sight(after.case, seen, {key(line): [place_of(line)] for line in seen})

    def _possible(self, line: Listed, world: World) -> list[Way]:
        """What those who are not of the reserve may do about a line."""
        tried = (
            way
            for way in ways(line, [place_of(line)], world)
            if RESERVE.isdisjoint((way.actor.person, way.fields.get("to")))
        )
        return list(islice((way for way in tried if way.granted(world, self.installation.vault)), 4))

    def _build(self, kind: type[Command], case: str, data: st.DataObject) -> None:
        world = self._world(case)
        fields, by = self._asked(kind, world, data)
        actor = data.draw(whoever(world, kind, fields, by), "actor")
        at = data.draw(st.sampled_from([LIVE] * 9 + [self.now - timedelta(days=1)]), "at")
        source = data.draw(st.sampled_from([None] * 19 + [ROW]), "source")
        self._give(kind, actor, **{"occurred_at": at, "source": source, **fields})

    def _asked(self, kind: type[Command], world: World, data: st.DataObject) -> tuple[dict[str, Any], list[Actor]]:
        """What is asked, and who would be granted it: rather something that somebody would be, after some tries anything."""
        for _ in range(TRIES):
            fields = data.draw(BUILDERS[kind](world), "fields")
            if not issubclass(kind, CaseCommand):
                break
            by = list(islice(self._may(kind, fields, world), 3))
            fields["case_id"] = world.case.case_id
            if by:
                return fields, by
        return fields, []

    def _may(self, kind: type[Command], fields: dict[str, Any], world: World) -> Iterator[Actor]:
        """Who would be granted what is asked, the reserve left aside; nobody else is tried where a rule forbids it to all."""
        for actor in fitting(world, kind, fields):
            refusal = Way(kind, actor, fields).refusal(world, self.installation.vault)
            if refusal is None:
                yield actor
            elif not isinstance(refusal, NotAllowed) and getattr(refusal, "rule", "") != "rule 5":
                return

    def _give(self, kind: type[Command], actor: Actor, **fields: Any) -> None:
        self.number += 1
        self.now += timedelta(minutes=1)
        before = self.installation.log.head()
        coded(kind, fields)
        try:
            self.installation.office.execute(kind(command_id=f"c{self.number}", actor=actor, **fields))
        except (OfficeError, ValidationError):
            assert self.installation.log.head() == before, "a refused command changed something"

    def _cases(self) -> dict[str, Application]:
        found = {}
        for name in CASES:
            with suppress(OfficeError):
                found[name] = self.installation.office.case(name)
        return found

    def _world(self, case: str) -> World:
        cases = self._cases()
        own = cases.get(case, Application(case_id=case))
        return World(self.installation.office.city(), own, cases, self.now)
