-- Puts the copy into the place of the partition, with what was written since :'place'. While the locks
-- are held nobody writes, so that is all. When it is more than :most messages, nothing changes (55006):
-- to write them would take longer than writers should wait.
SET LOCAL statement_timeout = 0;
-- That it is durable waits for what writers commit next: the locks are not held for it.
SET LOCAL synchronous_commit = off;
SET LOCAL enable_hashjoin = off;
SET LOCAL enable_mergejoin = off;
SET LOCAL enable_seqscan = off;
-- Autovacuum gives way to whoever waits for a second, and no writer waits behind this lock.
SET LOCAL lock_timeout = '5s';
LOCK TABLE ONLY :"partition", messages_split IN SHARE UPDATE EXCLUSIVE MODE;
SET LOCAL lock_timeout = '50ms';
LOCK TABLE ONLY messages, ONLY :"partition" IN ACCESS EXCLUSIVE MODE;
DO $$ BEGIN
    IF (
        SELECT count(*) FROM changes, unnest(ids) AS written (id)
        WHERE changes.transaction >= :'place'::xid8 AND id >= :'first'::uuid AND id < :'last'::uuid
    ) > :most THEN
        RAISE EXCEPTION 'too much was written meanwhile' USING ERRCODE = 'object_in_use';
    END IF;
END $$;
DELETE FROM messages_split USING (
    SELECT DISTINCT id,
        to_timestamp(0) + ('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint
            * interval '1 millisecond' AS created_at
    FROM changes, unnest(ids) AS written (id)
    WHERE changes.transaction >= :'place'::xid8 AND id >= :'first'::uuid AND id < :'last'::uuid
) AS written
WHERE messages_split.id = written.id AND messages_split.created_at = written.created_at;
INSERT INTO messages_split
SELECT current.*
FROM (
    SELECT DISTINCT id,
        to_timestamp(0) + ('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint
            * interval '1 millisecond' AS created_at
    FROM changes, unnest(ids) AS written (id)
    WHERE changes.transaction >= :'place'::xid8 AND id >= :'first'::uuid AND id < :'last'::uuid
) AS written
JOIN ONLY :"partition" AS current
    ON current.id = written.id AND current.created_at = written.created_at;
ALTER TABLE messages DETACH PARTITION :"partition";
ALTER TABLE messages ATTACH PARTITION messages_split FOR VALUES FROM (:lower) TO (:upper);
ALTER TABLE :"partition" RENAME TO messages_before_split;
COMMENT ON TABLE messages_before_split IS :'note';
