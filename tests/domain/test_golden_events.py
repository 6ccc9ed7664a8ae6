"""Histories outlive code: every event reads from its golden file, which never changes once it has landed."""

import json
from dataclasses import fields
from hashlib import sha256
from pathlib import Path

import pytest
from eventsourcing.persistence import MapperDeserialisationError

from adapters.store.codec import canonical, decode_event
from domain.application.path.approvals import TaskReturned
from domain.application.path.intake import IntakeRegistered
from domain.catalogue.packaging import PackagePublished
from domain.catalogue.publishing import ItemPublished, ItemRevised
from domain.record import EVENT_TYPES, Event
from projections.views.particulars import particulars
from tests.domain.event_examples import EXAMPLES

GOLDEN = Path(__file__).parent / "golden"
SUMS = GOLDEN / "SHA256SUMS"


def golden(type_name: str, schema: int) -> bytes:
    return (GOLDEN / f"{type_name}.v{schema}.json").read_bytes().rstrip(b"\n")


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: event.type_name)
def test_an_event_is_written_and_read_as_its_golden_file_says(event: Event) -> None:
    stored = golden(event.type_name, event.schema)
    assert canonical(event) == stored
    assert decode_event(event.type_name, event.schema, stored) == event


def test_every_event_type_has_its_example() -> None:
    assert sorted(event.type_name for event in EXAMPLES) == sorted(EVENT_TYPES)


def test_an_intake_of_schema_1_reads_as_one_of_today() -> None:
    event = decode_event("application.intake_registered", 1, golden("application.intake_registered", 1))
    assert isinstance(event, IntakeRegistered)
    assert [(ref.item_id, ref.version) for ref in event.items] == [("restaurant", 2)]
    assert event.applicant is not None
    assert event.applicant.name.key == "applicant/P1"


@pytest.mark.parametrize(
    "type_name",
    ["application.task_returned", "catalogue.item_published", "catalogue.item_revised", "package.published"],
)
def test_schema_1_of_an_event_reads_without_what_schema_2_added(type_name: str) -> None:
    event = decode_event(type_name, 1, golden(type_name, 1))
    match event:
        case TaskReturned():
            assert (event.materials, event.answer_by) == (("plan",), None)
        case ItemPublished() | ItemRevised():
            assert (event.item.limits.extension, event.item.online) == (None, None)
        case PackagePublished():
            assert (event.package.statutory, event.package.statutory_extension) == (None, None)
        case _:
            raise AssertionError(event)


@pytest.mark.parametrize("file", sorted(GOLDEN.glob("application.*.json")), ids=lambda file: file.stem)
def test_an_event_of_an_older_schema_reads_in_the_words_of_its_time(file: Path) -> None:
    """Rows of a case file that were made before an upgrade equal a fold after it."""
    type_name, schema = file.stem.rsplit(".v", 1)
    event, content = decode_event(type_name, int(schema), file.read_bytes()), json.loads(file.read_bytes())
    added = {field.name for field in fields(event)} - set(content) - {"items"}  # type: ignore[arg-type]
    words = particulars(event)
    assert not [name for name in added if f"{name.replace('_', ' ')}: " in words]


def test_no_golden_file_that_has_landed_ever_changes() -> None:
    listed = dict(reversed(line.split("  ")) for line in SUMS.read_text().splitlines())
    there = {file.name: sha256(file.read_bytes()).hexdigest() for file in GOLDEN.glob("*.json")}
    assert there == listed


def test_what_this_software_does_not_know_is_said_clearly() -> None:
    with pytest.raises(MapperDeserialisationError, match="is not an event type of this software"):
        decode_event("application.teleported", 1, b"{}")
    with pytest.raises(MapperDeserialisationError, match="schema 9 is newer than this software"):
        decode_event("application.withdrawn", 9, b"{}")
    with pytest.raises(MapperDeserialisationError, match="no step turns schema"):
        decode_event("application.withdrawn", 0, b"{}")
    with pytest.raises(MapperDeserialisationError, match="cannot be read"):
        decode_event("application.withdrawn", 1, b"{")
