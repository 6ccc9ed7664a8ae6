"""Receipts that do not fit the events."""

from sqlalchemy import text

from tests.faults.changes.change import Office, Told, change


def _sql(office: Office, statement: str, **values: object) -> None:
    office.connection.execute(text(statement), values)


@change
def a_receipt_is_gone(office: Office) -> Told:
    row = office.log.of("application.task_approved")
    _sql(office, "delete from commands where command_id = :name", name=row.command_id)
    first = next(each for each in office.log.rows if each.command_id == row.command_id)
    return Told(first, f"command {row.command_id}, which recorded it, has no receipt")


@change
def a_receipt_of_nothing_is_put_in(office: Office) -> Told:
    last = office.log.rows[-1].position
    _sql(
        office,
        "insert into commands select 'forged', digest, stream_id, version, position + 1 from commands where position = :last",
        last=last,
    )
    return Told("command forged", "names an event that is not there")


@change
def a_receipt_names_an_event_of_another_command(office: Office) -> Told:
    row = office.log.of("application.task_approved")
    other = next(r for r in office.log.rows if r.command_id != row.command_id)
    _sql(
        office,
        "update commands set position = o.position, stream_id = o.stream_id, version = o.version "
        "from (select * from commands where command_id = :other) as o where commands.command_id = :name",
        name=row.command_id,
        other=other.command_id,
    )
    return Told(f"command {row.command_id}", f"an event of command {other.command_id}")


@change
def an_event_is_put_in_under_the_id_of_another_command(office: Office) -> Told:
    row = office.log.of("application.task_claimed")
    forged = office.log.copy(office.log.of("application.material_accepted"), row.command_id)
    office.log.put_behind(office.log.rows[-2], forged)
    return Told(row, f"command {row.command_id}, which recorded it, has no receipt")


@change
def a_receipt_has_no_digest_of_a_command(office: Office) -> Told:
    row = office.log.of("application.decided")
    _sql(office, "update commands set digest = :none where command_id = :name", none=b"none", name=row.command_id)
    return Told(f"command {row.command_id}", "is no SHA-256")
