"""A rebuild is refused where its tables have no room; what they need is about right, also before there are any."""

from pathlib import Path

import pytest

from adapters.workers import disk_space as room
from adapters.workers.disk_space import NoRoom, bytes_needed, refuse_without_room
from projections.views.all_views import VIEWS
from tests.databases import Copied
from tests.projections.city import opened, small_city
from tests.projections.rebuilds import alone

NAMES = [view.name for view in VIEWS]


def test_what_is_needed_is_about_the_same_before_there_are_rows(copied: Copied, tmp_path: Path) -> None:
    with opened(copied(small_city), tmp_path) as found:
        runner = found.runner()
        before = bytes_needed(runner, NAMES)
        runner.catch_up()
        after = bytes_needed(runner, NAMES)
    assert after / 5 < before < after * 1.5


def test_an_empty_log_needs_none(database: str, tmp_path: Path) -> None:
    with opened(database, tmp_path) as found:
        refuse_without_room(found.runner(), NAMES, 0)


def test_what_an_interrupted_rebuild_left_need_not_fit_again(
    copied: Copied, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(copied(small_city), tmp_path) as found:
        found.runner().catch_up()
        nearly = bytes_needed(found.runner(), NAMES) * 9 // 10
        monkeypatch.setattr(room, "_free", lambda _: nearly)
        with pytest.raises(NoRoom):
            refuse_without_room(found.runner(), NAMES, None)
        rebuild = alone(found)
        for piece in rebuild.pieces(rebuild.begin(NAMES)):
            rebuild.fold_piece(piece)
        refuse_without_room(found.runner(), NAMES, None)


def test_too_little_is_refused_with_what_it_takes(copied: Copied, tmp_path: Path) -> None:
    with opened(copied(small_city), tmp_path) as found, pytest.raises(NoRoom, match=r"needs about \d+ MB, 0 MB are"):
        refuse_without_room(found.runner(), NAMES, 0)
