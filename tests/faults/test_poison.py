"""One poisoned event in a hundred thousand: all else is projected, the view says so, and a retry mends it."""

from pathlib import Path
from typing import Any

import pytest
from rich.progress import Progress
from sqlalchemy import select

from adapters.bootstrap import installation
from adapters.settings import Settings
from adapters.workers.rebuilding import spread_over
from projections.engine.generations import live
from projections.engine.parking import is_parked, parked_events
from projections.engine.projection import Transition
from projections.engine.rebuild import Rebuild
from projections.views.case_file import CaseFile
from tests.benchmarks import long_log
from tests.projections.city import content, differences

CASES = 6_000


@pytest.mark.no_cover
def test_one_poisoned_event_in_a_hundred_thousand(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Progress(disable=True) as progress:
        events = long_log.make(database_url, tmp_path / "key", cases=CASES, days=1, progress=progress)
    assert events > 100_000
    with installation(Settings(database_url=database_url, master_key_file=tmp_path / "key")) as found:
        poison = found.log.read(events // 2, events, 1)[0]
        case = poison.originator_id.removeprefix("application/")
        fold = CaseFile.of_transition

        def poisoned(self: CaseFile, transition: Transition, city: Any) -> Any:
            if transition.record.position == poison.position:
                raise LookupError("poison")
            return fold(self, transition, city)

        with monkeypatch.context() as patch:
            patch.setattr(CaseFile, "of_transition", poisoned)
            found.runner().catch_up()
            standing = {s.view: s for s in found.runner().status()}
            assert {s.position for s in standing.values()} == {events}
            history = len(found.office.history(case))
            assert standing["case_file"].parked == history - poison.originator_version + 1
            with found.reading() as connection:
                assert {p.case_id for p in parked_events(connection)} == {case}
                table = live(connection, CaseFile)
                marked = select(table.c.case_id).where(table.c.case_id == case, is_parked(table)).distinct()
                assert poison.originator_version == 1 or connection.execute(marked).scalars().all() == [case]
            assert found.runner().retry()[1] > 0, "not mended yet"

        assert found.runner().retry()[1] == 0
        mended = content(found)
        runner = found.runner()
        with spread_over(found.settings, 1, runner) as spread:
            Rebuild(runner).run(["case_file"], spread)
        assert content(found) == mended, "the same as a fresh fold"
        assert differences(found) == []
