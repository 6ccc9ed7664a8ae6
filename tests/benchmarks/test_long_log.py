"""The long log is a log like any other: verify finds nothing, and what is to be open is open."""

from pathlib import Path

import pytest
from rich.progress import Progress

from adapters.settings import Settings
from adapters.store import audit
from adapters.wiring import house
from projections.department_queue import length
from projections.views import VIEWS
from tests.benchmarks import long_log


@pytest.mark.no_cover
def test_a_repeated_log_passes_verification(database_url: str, tmp_path: Path) -> None:
    with Progress(disable=True) as progress:
        made = long_log.make(database_url, tmp_path / "key", cases=300, still_open=150, days=1, progress=progress)
    with house(Settings(database_url=database_url, master_key_file=tmp_path / "key")) as found:
        assert found.runner().catch_up() == made > 2_000
        departments = found.office.city().departments
        with found.reading() as connection:
            assert sum(length(connection, department) for department in departments) >= 150
        case = next(iter(found.log.every("application/", made))).originator_id.removeprefix("application/")
        applicant = found.office.case(case).applicant
        assert applicant is not None
        assert found.vault.open("name", applicant.name) != "erased"
    assert audit.verify(database_url, VIEWS, lambda done, total: None).findings == []
