-- What PostgreSQL appends with, as it is today: migration 0005 made it, and tests/adapters/store/test_append_events.py
-- holds this file to the migrated database. SQLite does the same in append.py beside it.
create function hash_at(stream text, number int) returns bytea language plpgsql as $$
declare
    found_hash bytea;
begin
    select hash into found_hash from events where stream_id = stream and version = number;
    if not found then
        raise unique_violation using message = 'history moved: ' || stream;
    end if;
    return found_hash;
end $$;

create function append_events(
    stream_ids text[], versions int[], types text[], schema_versions int[], recorded_ats text[],
    metadatas text[], datas text[], digests bytea[], previous int[], last_of_city int,
    command_ids text[], command_digests bytea[], command_ends int[]
) returns bigint language plpgsql as $$
-- previous: the number of the row before in the same history among these rows, 0 where that is stored already
-- last_of_city: the number of the last row that is no application's, 0 when there is none
declare
    size constant int := cardinality(stream_ids);
    first_position bigint;
    last_link bytea;
    city bigint;
    hashes bytea[] := array[]::bytea[];
    links bytea[] := array[]::bytea[];
begin
    for i in 1 .. size loop
        hashes[i] := sha256(case
            when previous[i] > 0 then hashes[previous[i]]
            when versions[i] = 1 then '\x0000000000000000000000000000000000000000000000000000000000000000'
            else hash_at(stream_ids[i], versions[i] - 1)
        end || digests[i]);
    end loop;
    -- who waits for the head row looks for it anew each time that it moves on; this lock is handed on in turn
    perform pg_advisory_xact_lock(hashtext('onewindow_log'));
    select position, link, city_position into strict first_position, last_link, city from log_head;
    for i in 1 .. size loop
        last_link := sha256(last_link || int8send(first_position + i) || hashes[i]);
        links[i] := last_link;
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
    if last_of_city > 0 then
        city := first_position + last_of_city;
    end if;
    update log_head set position = first_position + size, link = last_link, city_position = city;
    perform pg_notify('onewindow_log', '');
    return first_position + size;
end $$;
