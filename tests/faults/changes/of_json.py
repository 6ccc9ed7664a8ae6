"""JSON that this software would not have written."""

from tests.faults.changes.change import Office, Told, change
from tests.faults.changes.hand import canonical


@change
def a_name_stands_twice_in_an_event(office: Office) -> Told:
    row = office.log.of("application.decided")
    row.written = canonical(row.data)[:-1] + ',"outcome":"refused"}'
    return Told(row, "its data is not canonical JSON")


@change
def the_json_of_an_event_has_blanks(office: Office) -> Told:
    row = office.log.of("application.task_approved")
    row.written = canonical(row.data).replace(",", ", ")
    return Told(row, "its data is not canonical JSON")


@change
def an_event_says_something_that_nobody_reads(office: Office) -> Told:
    row = office.log.of("application.accepted")
    row.data["paid"] = "100"
    return Told(row, "its data holds paid")


@change
def the_circumstances_say_something_that_nobody_reads(office: Office) -> Told:
    row = office.log.of("application.accepted")
    row.metadata["actor"]["colleague"] = "U2"
    return Told(row, "its metadata holds colleague")
