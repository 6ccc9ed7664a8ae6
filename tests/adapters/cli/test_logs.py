"""What commands log: nothing where there is nothing to say; at info where they work long; JSON, but on a terminal readable."""

import io
import json
import logging
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import structlog
from structlog.testing import capture_logs

from adapters import logs
from projections.engine import lease
from projections.views.all_views import VIEWS
from tests.adapters.cli.city import MORNING, NAME, an_application, opened
from tests.adapters.exchange.test_changed_logs import HEADER, MAPPING, RECEIVED
from tests.databases import Copied
from tests.projections.rebuilds import alone, here
from tests.terminal import Answer, typed


@pytest.fixture
def said() -> Iterator[list[Any]]:
    """What is logged from info on, whatever was configured before."""
    configured = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.INFO))
    try:
        with capture_logs() as lines_of_log:
            yield lines_of_log
    finally:
        structlog.configure(**configured)


def noon() -> datetime:
    return MORNING + timedelta(hours=3)


def years_later() -> datetime:
    return datetime(2026, 6, 1, tzinfo=UTC)


def lines(answer: Answer) -> list[dict[str, Any]]:
    assert answer.code == 0, answer.err
    return [json.loads(line) for line in answer.err.splitlines()]


def test_an_upgrade_says_what_it_begins_and_has_done_and_the_next_has_nothing_to_say(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new.db"
    begun, done = lines(typed(url, tmp_path, noon, "db", "upgrade"))
    assert (begun["event"], done["event"]) == ("upgrade of the database begun", "database upgraded")
    assert (begun["before"], begun["level"], begun["timestamp"][-1]) == (None, "info", "Z")
    assert lines(typed(url, tmp_path, noon, "db", "upgrade")) == []


def test_a_named_level_holds_for_every_command(copied: Copied, tmp_path: Path) -> None:
    office = copied(an_application)
    assert lines(typed(office, tmp_path, noon, "project")) == []
    assert lines(typed(office, tmp_path, noon, "queue", "--department", "market")) == []
    assert lines(typed(office, tmp_path, years_later, "--log-level", "warning", "tick")) == []
    wrong = typed(office, tmp_path, noon, "--log-level", "loud", "project")
    assert (wrong.code, "'loud' is not one of debug, info, warning, error; write one of them" in wrong.err) == (2, True)


def test_a_tick_says_how_many_limits_had_passed_and_one_in_vain_nothing(copied: Copied, tmp_path: Path) -> None:
    office = copied(an_application)
    (said, *_) = lines(typed(office, tmp_path, years_later, "tick"))
    assert (said["event"], said["looked_at"], said["failed"]) == ("limits had passed", 1, 0)
    assert said["lapsed"] >= 1
    assert lines(typed(office, tmp_path, years_later, "tick")) == []


def test_an_import_says_when_it_begins_and_ends_and_names_nobody(copied: Copied, tmp_path: Path) -> None:
    office = copied(an_application)
    (tmp_path / "made.toml").write_text(MAPPING, encoding="utf-8")
    (tmp_path / f"{NAME}.csv").write_text(f"{HEADER}\n{RECEIVED}\n", encoding="utf-8")
    answer = typed(
        office, tmp_path, noon, "import", str(tmp_path / f"{NAME}.csv"), "--mapping", str(tmp_path / "made.toml")
    )
    begun, ended = lines(answer)
    assert (begun["event"], begun["rows"]) == ("import begun", 1)
    assert (ended["event"], ended["added"], ended["refused"]) == ("import ended", 1, 0)
    assert NAME not in json.dumps([begun, ended], ensure_ascii=False)


def test_who_follows_says_which_view_is_taken_and_lost(copied: Copied, tmp_path: Path, said: list[Any]) -> None:
    with opened(copied(an_application), tmp_path) as found:
        calls = count()

        def stop() -> bool:
            number = next(calls)
            if number == 3:  # all is folded: the follower holds every view
                with found.engine.begin() as connection:
                    lease.break_off(connection, ("case_file", 1))
            return number > 3

        found.runner().follow(stop, idle=0.01)
        assert {line["view"] for line in said if line["event"] == "view taken"} == {view.name for view in VIEWS}
        assert [line["view"] for line in said if line["event"] == "view lost"] == ["case_file"]
        del said[:]
        found.runner().catch_up()
        assert said == []


def test_a_rebuild_says_what_it_begins_and_what_is_swapped(copied: Copied, tmp_path: Path, said: list[Any]) -> None:
    with opened(copied(an_application), tmp_path) as found:
        found.runner().catch_up()
        alone(found).run(["case_file", "deadlines"], here(found))
    told = [(line["event"], line["view"], line["generation"]) for line in said]
    assert told[:2] == [("rebuild begun", "case_file", 2), ("rebuild begun", "deadlines", 2)]
    assert told[2:] == [("view swapped", "case_file", 2), ("view swapped", "deadlines", 2)]
    assert {line["log_level"] for line in said} == {"info"}


def test_on_a_terminal_a_line_is_for_people(monkeypatch: pytest.MonkeyPatch) -> None:
    configured = structlog.get_config()
    screen = io.StringIO()
    monkeypatch.setattr(screen, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stderr", screen)
    try:
        logs.configure()
        structlog.get_logger().info("not said")
        logs.work_at_length()
        structlog.get_logger().info("view taken", view="desk")
    finally:
        structlog.configure(**configured)
    assert "view taken" in screen.getvalue()
    assert "not said" not in screen.getvalue()
    assert not screen.getvalue().startswith("{")
