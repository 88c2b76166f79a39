-- One message by its full key: $1 context_id, $2 created_at, $3 id; $4 whether deleted too.
SELECT *
FROM messages
WHERE context_id = $1 AND created_at = $2 AND id = $3 AND (NOT is_deleted OR $4);
