"""One generation takes the place of another: at once or not at all, whoever is paused, killed, or drops it meanwhile."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import inspect, select, update

from adapters.bootstrap import Installation, installation
from adapters.simulation.simulation import simulate
from adapters.store.driver.database import writing
from domain.history import TICKETS
from projections.engine import tables
from projections.engine.folding import ViewStopped
from projections.engine.generations import At, live
from projections.engine.lease import LeaseLost
from projections.engine.runner import Runner
from projections.engine.swapping import RebuildRefused, Swapping
from projections.engine.tables import State
from projections.views.case_file import CaseFile
from tests.projections.city import SMALL, again, content, differences
from tests.projections.rebuilds import alone, here, swapping


def test_the_former_generation_comes_back_caught_up(city: Installation) -> None:
    city.runner().catch_up()
    alone(city).run(["case_file"], here(city))
    simulate(city, SMALL.model_copy(update={"seed": 6}), lambda done, total: None)
    city.runner().catch_up()
    whole = content(city)
    assert swapping(city).rollback("case_file") == 1
    assert content(city) == whole
    standing = next(s for s in city.runner().status() if s.view == "case_file")
    assert (standing.generation, standing.former) == (1, 2)
    assert swapping(city).rollback("case_file") == 2
    assert swapping(city).drop_former("case_file") == 1
    with pytest.raises(RebuildRefused, match="no former generation"):
        swapping(city).rollback("case_file")
    assert differences(city) == []


def test_only_one_former_generation_is_kept(city: Installation) -> None:
    for _ in range(3):
        alone(city).run(["intake_register"], here(city))
    with city.reading() as connection:
        names = [name for name in inspect(connection).get_table_names() if name.startswith("intake_register")]
    assert sorted(names) == ["intake_register_3", "intake_register_4"]


def folded(found: Installation, *names: str) -> list[At]:
    """New generations of these views, folded and complete, not swapped in."""
    work = alone(found)
    at = work.begin(names)
    for piece in work.pieces(at):
        work.fold_piece(piece)
    for each in at:
        work.complete(each)
    return at


def live_at(found: Installation) -> tuple[int, int | None]:
    """The live generation of the case file, and the one to go back to."""
    (standing,) = (each for each in found.runner().status() if each.view == "case_file")
    return standing.generation, standing.former


def at_the_swap(monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], object]) -> None:
    """Have something done while somebody stands between the last look at the log and the swap."""
    advance = Runner.advance
    left = [meanwhile]

    def paused(self: Runner, *given: Any) -> None:
        advance(self, *given)
        if left:
            left.pop()()

    monkeypatch.setattr(Runner, "advance", paused)


def test_a_swap_of_what_was_dropped_meanwhile_changes_nothing(
    city: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    city.runner().catch_up()
    whole = content(city)
    with installation(city.settings) as other:
        (at,) = folded(city, "case_file")
        at_the_swap(monkeypatch, lambda: swapping(other).drop_former("case_file"))
        with pytest.raises(RebuildRefused, match="generation 2 of view case_file was dropped meanwhile"):
            swapping(city).swap(at)
    assert live_at(city) == (1, None)
    assert content(city) == whole


def test_a_swap_of_what_was_begun_afresh_meanwhile_changes_nothing(
    city: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    city.runner().catch_up()
    whole = content(city)
    with installation(city.settings) as other:
        (at,) = folded(city, "case_file")
        late = alone(city).begin(["case_file"])
        assert late == [at]
        at_the_swap(monkeypatch, lambda: alone(other).begin(["case_file"], afresh=True))
        with pytest.raises(RebuildRefused, match="was dropped meanwhile"):
            swapping(city).swap(at)
    assert live_at(city) == (1, None)
    assert content(city) == whole
    alone(city).run(["case_file"], here(city))
    assert live_at(city) == (3, 1)
    assert content(city) == whole


def test_who_was_paused_before_the_swap_does_not_undo_what_others_decided(
    city: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another finishes the rebuild, and somebody goes back to the former rows: they stay."""
    city.runner().catch_up()
    with installation(city.settings) as other:
        (at,) = folded(city, "case_file")

        def finish_and_go_back() -> None:
            with writing(other.engine) as connection:
                connection.execute(update(tables.generations).values(held_until=0))  # the lease of who is paused lapses
            swapping(other).swap(at)
            swapping(other).rollback("case_file")

        at_the_swap(monkeypatch, finish_and_go_back)
        swapping(city).swap(at)
    assert live_at(city) == (1, 2)
    assert differences(city) == []


@pytest.mark.usefixtures("pieces_of_a_case")
def test_a_piece_of_a_dropped_generation_is_not_taken_for_one_of_the_next(city: Installation) -> None:
    old = alone(city)
    first = old.pieces(old.begin(["case_file"]))[0]
    new = alone(city)
    at = new.begin(["case_file"], afresh=True)
    before = len(new.pieces(at))
    assert old._folded(first) == 0
    assert len(new.pieces(at)) == before


@pytest.mark.usefixtures("pieces_of_a_case")
def test_two_who_rebuild_the_same_views_share_the_work_and_both_end_well(city: Installation) -> None:
    city.runner().catch_up()
    whole = content(city)
    with installation(city.settings) as other, ThreadPoolExecutor(2) as both:
        done = [both.submit(alone(each).run, ["case_file", "intake_register"], here(each)) for each in (city, other)]
        rows = {each.result() for each in done}
    assert rows == {len(whole["case_file"]) + len(whole["intake_register"])}
    assert content(city) == whole
    assert differences(city) == []


def test_the_way_back_leads_to_what_was_replaced_last_even_if_its_predecessor_could_not_be_dropped(
    city: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    city.runner().catch_up()
    for _ in range(2):
        alone(city).run(["case_file"], here(city))
    assert swapping(city).rollback("case_file") == 2
    with monkeypatch.context() as killed:
        killed.setattr(
            "projections.engine.swapping.drop_discarded", lambda *_: None
        )  # killed after the swap, before the drop
        alone(city).run(["case_file"], here(city))
    assert live_at(city) == (4, 2)
    assert swapping(city).rollback("case_file") == 2
    with city.reading() as connection:
        names = [name for name in inspect(connection).get_table_names() if name.startswith("case_file")]
    assert sorted(names) == ["case_file_2", "case_file_4"]


def test_what_parks_more_than_the_live_rows_is_not_swapped_in_unasked(
    city: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    city.runner().catch_up()
    whole = content(city)
    with monkeypatch.context() as patch:
        patch.setattr(CaseFile, "of_transition", _broken)
        with pytest.raises(ViewStopped, match=r"cannot apply \d+ events?, the live view cannot apply 0; fix the fold"):
            alone(city).run(["case_file"], here(city))
    assert (content(city), live_at(city)) == (whole, (1, None))
    alone(city).run(["case_file"], here(city), park=True)
    assert live_at(city) == (2, 1)
    assert parked_of(city) > 0
    alone(city).run(["case_file"], here(city))
    assert (content(city), parked_of(city)) == (whole, 0)


def _broken(*_: Any) -> Any:
    raise LookupError("no such words")


def parked_of(found: Installation) -> int:
    return next(each.parked for each in found.runner().status() if each.view == "case_file")


def cases_of(found: Installation) -> list[str]:
    """The numbers of the cases, in their order."""
    with found.reading() as connection:
        names = connection.execute(select(live(connection, CaseFile).c.case_id).distinct()).scalars()
        return sorted(name for name in names if not name.startswith(TICKETS))


def going_ahead(found: Installation, events: int) -> dict[str, list[Any]]:
    """So many events more, and the live rows with them. Returns these."""
    for case_id in cases_of(found)[:events]:
        again(found, case_id)
    found.runner().catch_up()
    return content(found)


def generation_of(found: Installation, number: int) -> Any:
    """What is kept of a generation of the case file."""
    with found.reading() as connection:
        query = select(tables.generations).where(*of_the_case_file(number))
        return connection.execute(query).one()


def of_the_case_file(number: int) -> tuple[Any, Any]:
    return tables.generations.c.view == "case_file", tables.generations.c.generation == number


@pytest.mark.parametrize(("ahead", "attempts"), [(1, 1), (2, 1), (3, 2)])
def test_what_went_ahead_before_the_swap_is_caught_up_within_it_unless_it_is_too_much(
    city: Installation, monkeypatch: pytest.MonkeyPatch, ahead: int, attempts: int
) -> None:
    """Two events may be folded within the swap here; with three it is begun anew."""
    monkeypatch.setattr("projections.engine.swapping.BEHIND", 2)
    city.runner().catch_up()
    with installation(city.settings) as other:
        (at,) = folded(city, "case_file")
        whole: dict[str, list[Any]] = {}
        at_the_swap(monkeypatch, lambda: whole.update(going_ahead(other, ahead)))
        swap, tried = Swapping._swap, []

        def counted(self: Swapping, *given: Any) -> None:
            tried.append(given)
            swap(self, *given)

        monkeypatch.setattr(Swapping, "_swap", counted)
        swapping(city).swap(at)
    assert len(tried) == attempts
    assert live_at(city) == (2, 1)
    assert generation_of(city, 2).position == generation_of(city, 1).position == city.log.head()
    assert content(city) == whole


def test_rows_of_another_version_are_no_reason_to_fold_within_the_swap(
    city: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They may be ahead for good: a follower catches up behind the swap."""
    city.runner().catch_up()
    head = city.log.head()
    with installation(city.settings) as other:
        (at,) = folded(city, "case_file")

        whole: dict[str, list[Any]] = {}

        def ahead_and_of_another_version() -> None:
            whole.update(going_ahead(other, 2))
            with writing(other.engine) as connection:
                connection.execute(update(tables.generations).where(*of_the_case_file(1)).values(version=0))

        at_the_swap(monkeypatch, ahead_and_of_another_version)
        swapping(city).swap(at)
    assert (generation_of(city, 2).position, live_at(city)) == (head, (2, 1))
    city.runner().catch_up()
    assert content(city) == whole


def test_nobody_swaps_what_somebody_else_holds_by_now(city: Installation) -> None:
    city.runner().catch_up()
    (at,) = folded(city, "case_file")
    view = city.runner().views["case_file"]
    with installation(city.settings) as other:
        mine = city.runner().hold(view, at[1])
        assert mine is not None
        with writing(city.engine) as connection:
            connection.execute(update(tables.generations).values(held_until=0))
        assert other.runner().hold(view, at[1]) is not None
        with pytest.raises(LeaseLost), city.runner().writing() as connection:
            swapping(city)._swap(connection, mine, State.BUILDING)
    assert live_at(city) == (1, None)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"version": 99}, "was made by version 99 of its fold; this onewindow has version"),
        (
            {"position": 100_000},
            "stands at position 100000, and the log ends at .*: it was made of events that are lost",
        ),
    ],
)
def test_there_is_no_way_back_to_rows_of_another_fold_or_of_events_that_are_lost(
    city: Installation, changed: dict[str, int], reason: str
) -> None:
    city.runner().catch_up()
    alone(city).run(["case_file"], here(city))
    with writing(city.engine) as connection:
        connection.execute(update(tables.generations).where(*of_the_case_file(1)).values(**changed))
    with pytest.raises(RebuildRefused, match=reason):
        swapping(city).rollback("case_file")
    assert live_at(city) == (2, 1)


@pytest.mark.usefixtures("pieces_of_a_case")
def test_nothing_is_kept_of_what_was_swapped_or_dropped(city: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    """No piece of a generation that is live, no parked case of one that is dropped, no table."""
    city.runner().catch_up()
    with monkeypatch.context() as patch:
        patch.setattr(CaseFile, "of_transition", _broken)
        alone(city).run(["case_file"], here(city), park=True)
    alone(city).run(["case_file"], here(city))
    with city.reading() as connection:
        assert connection.execute(select(tables.chunks)).all() == []
        assert connection.execute(select(tables.parked.c.generation)).scalars().all() != []  # of the former one
    assert swapping(city).drop_former("case_file") == 1
    with city.reading() as connection:
        assert connection.execute(select(tables.parked)).all() == []
        names = [name for name in inspect(connection).get_table_names() if name.startswith("case_file")]
    assert names == ["case_file_3"]


def test_who_finds_it_held_waits_and_swaps_it_afterwards(city: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("projections.engine.swapping.LOOK_SECONDS", 0.001)
    city.runner().catch_up()
    (at,) = folded(city, "case_file")
    hold, answers = Runner.hold, []

    def held_at_first(self: Runner, *given: Any) -> Any:
        answers.append(None if len(answers) < 2 else hold(self, *given))
        return answers[-1]

    monkeypatch.setattr(Runner, "hold", held_at_first)
    swapping(city).swap(at)
    assert [answer is None for answer in answers] == [True, True, False]
    assert live_at(city) == (2, 1)


def test_what_is_swapped_in_is_in_the_state_that_it_is_thought_to_be_in(city: Installation) -> None:
    city.runner().catch_up()
    (at,) = folded(city, "case_file")
    held = city.runner().hold(city.runner().views["case_file"], at[1])
    assert held is not None
    with pytest.raises(LeaseLost), city.runner().writing() as connection:
        swapping(city)._swap(connection, held, State.FORMER)
    assert live_at(city) == (1, None)


def test_live_rows_of_events_that_the_log_has_lost_hold_up_no_swap(
    city: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They stand further on than the log ends: what there is, is folded."""
    city.runner().catch_up()
    with installation(city.settings) as other:
        (at,) = folded(city, "case_file")

        def ahead_of_the_log() -> None:
            going_ahead(other, 1)
            with writing(other.engine) as connection:
                connection.execute(update(tables.generations).where(*of_the_case_file(1)).values(position=100_000))

        at_the_swap(monkeypatch, ahead_of_the_log)
        swapping(city).swap(at)
    assert (live_at(city), generation_of(city, 2).position) == ((2, 1), city.log.head())
