-- Does to the copy what was done to messages by the transactions from :'place' up to :'next', all of
-- which have ended: what they wrote is taken anew. Ids from :'first' on and below :'last' are in the
-- copy. A change that tells nothing is noted anew (split_begin.sql).
SET LOCAL statement_timeout = 0;
SET LOCAL enable_hashjoin = off;
SET LOCAL enable_mergejoin = off;
SET LOCAL enable_seqscan = off;
DELETE FROM messages_split USING (
    SELECT DISTINCT id,
        to_timestamp(0) + ('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint
            * interval '1 millisecond' AS created_at
    FROM changes, unnest(ids) AS written (id)
    WHERE changes.transaction >= :'place'::xid8 AND changes.transaction < :'next'::xid8
        AND id >= :'first'::uuid AND id < :'last'::uuid
) AS written
WHERE messages_split.id = written.id AND messages_split.created_at = written.created_at;
INSERT INTO messages_split
SELECT current.*
FROM (
    SELECT DISTINCT id,
        to_timestamp(0) + ('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint
            * interval '1 millisecond' AS created_at
    FROM changes, unnest(ids) AS written (id)
    WHERE changes.transaction >= :'place'::xid8 AND changes.transaction < :'next'::xid8
        AND id >= :'first'::uuid AND id < :'last'::uuid
) AS written
JOIN ONLY :"partition" AS current
    ON current.id = written.id AND current.created_at = written.created_at;
DELETE FROM changes
WHERE changes.transaction >= :'place'::xid8 AND changes.transaction < :'next'::xid8 AND ids = '{}';
INSERT INTO changes (at, kind, context_ids, ids)
VALUES (now() - interval '1 hour', 'changed', '{}', '{}');
COMMENT ON TABLE messages_split IS :'note';
