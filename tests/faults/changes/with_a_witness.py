"""Changes that leave nothing behind which contradicts another: only who saw the log before can tell (docs/faults.md)."""

from sqlalchemy import text

from tests.faults.changes.change import Office


def the_end_of_the_log_is_cut_off(office: Office) -> None:
    """The last command goes, with its receipt and whatever follows it."""
    last = office.log.rows[-1].command_id
    office.log.without(*(row for row in office.log.rows if row.command_id == last))


def a_whole_case_is_removed(office: Office) -> None:
    """Tickets that name it name a case that nobody knows, as they may: a case is entered later, or by another system."""
    intake = office.log.of("application.intake_registered")
    office.log.without(*office.log.history(intake))


def an_opinion_is_written_anew(office: Office) -> None:
    """A text that somebody was free to write could have been this one."""
    approved = office.log.of("application.task_approved")
    approved.data["opinion"] = "同意"


def a_document_is_replaced(office: Office) -> None:
    """The hash of a document follows from the document alone, which is not here."""
    submitted = office.log.of("application.material_submitted")
    submitted.data["content_hash"] = "f" * 64


def the_digest_of_a_command_is_another(office: Office) -> None:
    """Commands are not kept, so nothing says which digest is right; it decides whether a command that comes again is the same."""
    row = office.log.of("application.decided")
    values = {"digest": b"\x01" * 32, "name": row.command_id}
    office.connection.execute(text("update commands set digest = :digest where command_id = :name"), values)


def a_person_is_erased(office: Office) -> None:
    """A key that is gone is how a person is erased; who did it, and when, no event says."""
    name = office.log.of("application.intake_registered").data["applicant"]["name"]["key"]
    office.connection.execute(text("delete from person_keys where key = :name"), {"name": name})


def everything_is_recorded_at_another_time(office: Office) -> None:
    """All of it a second later: only what was told to somebody else in the meantime knows better."""
    for row in office.log.rows:
        row.recorded_at = row.moved(seconds=1)


WITH_A_WITNESS = (
    the_end_of_the_log_is_cut_off,
    a_whole_case_is_removed,
    an_opinion_is_written_anew,
    a_document_is_replaced,
    the_digest_of_a_command_is_another,
    a_person_is_erased,
    everything_is_recorded_at_another_time,
)
