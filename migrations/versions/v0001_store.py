"""The store: the log with its head, the commands, the key ring; on PostgreSQL the function that appends."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

Name = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
Position = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

NEVER_CHANGED_SQLITE = """
create trigger events_never_{verb}d before {verb} on events
begin select raise(abort, 'no event is ever changed or deleted (rule 10)'); end
"""

NEVER_CHANGED_POSTGRES = """
create function events_never_changed() returns trigger language plpgsql as $$
begin raise exception 'no event is ever changed or deleted (rule 10)'; end $$;
create trigger events_never_changed before update or delete or truncate on events
for each statement execute function events_never_changed();
"""

APPEND = """
create function append_events(
    stream_ids text[], versions int[], types text[], schema_versions int[], recorded_ats text[],
    metadatas text[], datas text[], digests bytea[], command_ids text[], command_digests bytea[], command_ends int[]
) returns bigint language plpgsql as $$
declare
    head log_head%rowtype;
    first_position bigint;
    row_hash bytea;
    item record;
begin
    select * into strict head from log_head for update;
    first_position := head.position;
    for item in
        select * from unnest(
            stream_ids, versions, types, schema_versions, recorded_ats, metadatas, datas, digests
        ) with ordinality as given (
            stream_id, version, type, schema_version, recorded_at, metadata, data, digest, number
        )
        order by number
    loop
        if item.version = 1 then
            row_hash := decode(repeat('00', 32), 'hex');
        else
            select hash into row_hash from events where stream_id = item.stream_id and version = item.version - 1;
            if not found then
                raise unique_violation using message = 'history moved: ' || item.stream_id;
            end if;
        end if;
        row_hash := sha256(row_hash || item.digest);
        head.position := head.position + 1;
        head.link := sha256(head.link || int8send(head.position) || row_hash);
        if item.stream_id not like 'application/%' then
            head.city_position := head.position;
        end if;
        insert into events values (
            head.position, item.stream_id, item.version, item.type, item.schema_version, item.recorded_at,
            item.metadata, item.data, row_hash, head.link
        );
    end loop;
    insert into commands
    select id, digest, stream_ids[upto], versions[upto], first_position + upto
    from unnest(command_ids, command_digests, command_ends) as made (id, digest, upto);
    update log_head set position = head.position, link = head.link, city_position = head.city_position;
    perform pg_notify('onewindow_log', '');
    return head.position;
end $$;
"""


def upgrade() -> None:
    op.create_table(
        "events",
        sa.Column("position", Position, primary_key=True, autoincrement=False),
        sa.Column("stream_id", Name, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("type", Name, nullable=False),
        sa.Column("schema_version", sa.Integer, nullable=False),
        sa.Column("recorded_at", Name, nullable=False),
        sa.Column("metadata", sa.Text, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("link", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("stream_id", "version", name="events_stream_version"),
    )
    head = op.create_table(
        "log_head",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("link", sa.LargeBinary, nullable=False),
        sa.Column("city_position", sa.BigInteger, nullable=False),
    )
    op.bulk_insert(head, [{"id": 1, "position": 0, "link": bytes(32), "city_position": 0}])
    op.create_table(
        "commands",
        sa.Column("command_id", Name, primary_key=True),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("stream_id", Name, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "person_keys",
        sa.Column("key", Name, primary_key=True),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
        sa.Column("master", sa.Text, nullable=False),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(NEVER_CHANGED_POSTGRES)
        op.execute(APPEND)
        op.execute("alter table log_head set (fillfactor = 50)")
    else:
        for verb in ("update", "delete"):
            op.execute(NEVER_CHANGED_SQLITE.format(verb=verb))


def downgrade() -> None:
    raise NotImplementedError("there is no way back before the first event: it would delete the records of the office")
