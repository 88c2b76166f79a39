-- Gives a message the id that the provider knows it by: $1 context_id, $2 created_at, $3 id,
-- $4 the message_id so far, $5 the new one. Its new key is claimed before (claim_keys.sql).
WITH old_key AS (
    DELETE FROM message_keys WHERE message_id = $4 AND context_id = $1 AND id = $3
    RETURNING message_id
),
renamed AS (
    UPDATE messages SET message_id = $5
    WHERE context_id = $1 AND created_at = $2 AND id = $3
    RETURNING *
),
noted AS (
    INSERT INTO changes (kind, context_ids, ids)
    SELECT 'changed', array_agg(context_id), array_agg(id) FROM renamed HAVING count(*) > 0
)
SELECT * FROM renamed;
