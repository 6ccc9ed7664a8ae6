"""The receipt log, a real one that is no part of the project: the same rows as CSV and as XES."""

import os
from pathlib import Path

import pytest

from adapters.exchange.csv_log import read_csv
from adapters.exchange.mapping import load_mapping
from adapters.exchange.xes_log import read_xes
from tests.adapters.exchange.conftest import good
from tests.adapters.exchange.test_xes_log import without_source

HERE = Path(__file__).parents[3]
SHARED = Path(os.environ.get("ONEWINDOW_SHARED_DATA", HERE.parent / "shared" / "data"))


@pytest.mark.skipif(
    not (SHARED / "receipt.csv").exists() or not (SHARED / "receipt.xes.gz").exists(),
    reason="the receipt log is not here; set ONEWINDOW_SHARED_DATA to the folder that holds it",
)
def test_the_receipt_log_gives_the_same_rows_as_csv_and_as_xes() -> None:
    mapping = load_mapping("receipt")

    csv = good(list(read_csv(SHARED / "receipt.csv", mapping)))
    xes = good(list(read_xes(SHARED / "receipt.xes.gz", mapping)))

    assert len(csv) == 8577
    assert len({row.case for row in csv}) == 1434
    assert [row.line for row in csv] == list(range(2, 8579))
    assert [without_source(row, mapping) for row in csv] == [without_source(row, mapping) for row in xes]
