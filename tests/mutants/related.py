"""Which tests are near a file: those of its room. Which of them reach a mutated line is measured, not listed."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Near:
    """Tests of a room, and whether some of them need a PostgreSQL."""

    tests: tuple[str, ...]
    postgres: bool = False


EXCHANGE = Near(("tests/adapters/exchange",))
STORE = Near(("tests/adapters/store",), postgres=True)
VIEWS = Near(("tests/projections", "tests/adapters/test_reform.py"))
NEAR = {
    "domain/": Near(("tests/domain",)),
    "projections/engine/swapping.py": Near(("tests/projections/test_swapping.py", "tests/projections/test_readers.py")),
    "projections/engine/": Near(("tests/projections",), postgres=True),
    "projections/reports/": Near(
        (
            "tests/projections/test_views.py",
            "tests/projections/test_columns.py",
            "tests/projections/test_reports.py",
            "tests/projections/test_evidence.py",
        )
    ),
    "projections/": VIEWS,
    "adapters/exchange/xes_writer.py": Near(("tests/adapters/exchange/test_xes_writer.py",)),
    "adapters/exchange/xes_": Near(
        (
            "tests/adapters/exchange/test_xes_log.py",
            "tests/adapters/exchange/test_log_time.py",
            "tests/adapters/exchange/test_mapping.py",
            "tests/adapters/exchange/test_what_people_have.py",
            "tests/adapters/reading/test_limits.py",
        )
    ),
    "adapters/exchange/": EXCHANGE,
    "adapters/store/driver/append.py": Near(
        (
            "tests/adapters/store/test_append_events.py",
            "tests/adapters/store/test_recorder.py",
            "tests/adapters/store/test_group_commit.py",
        ),
        postgres=True,
    ),
    "adapters/store/recorder.py": Near(
        ("tests/adapters/store/test_recorder.py", "tests/adapters/store/test_group_commit.py"), postgres=True
    ),
    "adapters/store/": STORE,
    "adapters/files/": Near(("tests/adapters/cli/test_city_folder.py", "tests/adapters/test_calendars.py")),
    "adapters/language/": Near(("tests/adapters/language",)),
    "adapters/commands/": Near(("tests/adapters/commands",)),
    "adapters/": Near(("tests/adapters/cli",)),
}
"""By the beginning of a path, the nearest first. Tests that are near a rule are fast; those of the whole hall are not here."""


def near(file: str) -> Near | None:
    """The tests near a file; None where there are none, as for a migration."""
    return next((tests for beginning, tests in NEAR.items() if file.startswith(beginning)), None)
