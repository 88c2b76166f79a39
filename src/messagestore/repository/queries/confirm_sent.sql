-- Gives a queued message the id that the provider knows it by, and the status `sent`, when nothing is
-- stored under that id and nothing waits for it; returns the row, or none.
-- $1 context_id, $2 created_at, $3 id, $4 the message_id so far, $5 the new one.
WITH queued AS (
    SELECT context_id, id
    FROM messages
    WHERE context_id = $1 AND created_at = $2 AND id = $3 AND message_id = $4
    FOR UPDATE
),
claimed AS (
    INSERT INTO message_keys (message_id, context_id, id)
    SELECT $5, context_id, id FROM queued
    ON CONFLICT DO NOTHING
    RETURNING id
),
old_key AS (
    DELETE FROM message_keys
    WHERE message_id = $4 AND context_id = $1 AND id = $3 AND EXISTS (SELECT FROM claimed)
    RETURNING message_id
),
sent AS (
    UPDATE messages
    SET message_id = $5,
        status = CASE status WHEN 'queued' THEN 'sent' ELSE status END
    WHERE context_id = $1 AND created_at = $2 AND id = $3 AND EXISTS (SELECT FROM claimed)
    RETURNING *
),
noted AS (
    INSERT INTO changes (kind, context_ids, ids)
    SELECT 'changed', array_agg(context_id), array_agg(id) FROM sent HAVING count(*) > 0
)
SELECT * FROM sent;
