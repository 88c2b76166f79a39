-- On Citus, the place of the message goes too (insert_messages.sql says why).
--
-- Removes a message that is hidden, and so counted no more, for good: its row, its key, and the link
-- of every answer to it. Returns its id, or no row when it is gone. $1 context_id, $2 created_at,
-- $3 id, $4 message_id; $5 whether its removal has been noted by soft_delete.sql, which runs before,
-- under lock_conversation.sql.
WITH removed_key AS (
    DELETE FROM message_keys WHERE message_id = $4 AND context_id = $1 AND id = $3
    RETURNING message_id
),
removed_place AS (
    DELETE FROM message_places WHERE id = $3
    RETURNING id
),
unlinked AS (
    UPDATE messages SET reply_to_message_id = NULL
    WHERE reply_to_message_id = $4 AND id <> $3
    RETURNING context_id, id
),
noted_unlinked AS (
    INSERT INTO changes (kind, context_ids, ids)
    SELECT 'changed', array_agg(context_id), array_agg(id) FROM unlinked HAVING count(*) > 0
),
removed AS (
    DELETE FROM messages
    WHERE context_id = $1 AND created_at = $2 AND id = $3
    RETURNING context_id, id
),
noted AS (
    INSERT INTO changes (kind, context_ids, ids)
    SELECT 'removed', array_agg(context_id), array_agg(id) FROM removed
    WHERE NOT $5 HAVING count(*) > 0
)
SELECT id FROM removed;
