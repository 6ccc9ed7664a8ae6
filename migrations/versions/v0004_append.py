"""A leaner function that appends on PostgreSQL: hashes in one loop, rows in one insert."""

from alembic import op

from migrations.versions.v0001_store import APPEND as FORMER

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

FORMER_ARGUMENTS = "text[], int[], text[], int[], text[], text[], text[], bytea[], text[], bytea[], int[]"
ARGUMENTS = "text[], int[], text[], int[], text[], text[], text[], bytea[], int[], text[], bytea[], int[]"

APPEND = r"""
create function append_events(
    stream_ids text[], versions int[], types text[], schema_versions int[], recorded_ats text[],
    metadatas text[], datas text[], digests bytea[], previous int[],
    command_ids text[], command_digests bytea[], command_ends int[]
) returns bigint language plpgsql as $$
-- previous: the number of the row before in the same history among these rows, 0 where that is stored already
declare
    size constant int := cardinality(stream_ids);
    first_position bigint;
    last_link bytea;
    city bigint;
    row_hash bytea;
    hashes bytea[] := array[]::bytea[];
    links bytea[] := array[]::bytea[];
begin
    select position, link, city_position into strict first_position, last_link, city from log_head for update;
    for i in 1 .. size loop
        if previous[i] > 0 and versions[previous[i]] = versions[i] - 1 then
            row_hash := hashes[previous[i]];
        elsif versions[i] = 1 then
            row_hash := '\x0000000000000000000000000000000000000000000000000000000000000000';
        else
            select hash into row_hash from events where stream_id = stream_ids[i] and version = versions[i] - 1;
            if not found then
                raise unique_violation using message = 'history moved: ' || stream_ids[i];
            end if;
        end if;
        row_hash := sha256(row_hash || digests[i]);
        last_link := sha256(last_link || int8send(first_position + i) || row_hash);
        hashes[i] := row_hash;
        links[i] := last_link;
        if stream_ids[i] not like 'application/%' then
            city := first_position + i;
        end if;
    end loop;
    insert into events
    select first_position + number, stream_id, version, type, schema_version, recorded_at, metadata, data, hash, link
    from unnest(stream_ids, versions, types, schema_versions, recorded_ats, metadatas, datas, hashes, links)
    with ordinality as given (
        stream_id, version, type, schema_version, recorded_at, metadata, data, hash, link, number
    );
    insert into commands
    select id, digest, stream_ids[upto], versions[upto], first_position + upto
    from unnest(command_ids, command_digests, command_ends) as made (id, digest, upto);
    update log_head set position = first_position + size, link = last_link, city_position = city;
    perform pg_notify('onewindow_log', '');
    return first_position + size;
end $$;
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"drop function append_events({FORMER_ARGUMENTS})")
        op.execute(APPEND)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"drop function append_events({ARGUMENTS})")
        op.execute(FORMER)
