-- The next $4 messages, oldest first, after ($1, $2) and before $3; $5 whether deleted ones too.
SELECT *
FROM messages
WHERE (created_at, id) > ($1, $2) AND created_at < $3 AND (NOT is_deleted OR $5)
ORDER BY created_at NULLS FIRST, id NULLS FIRST
LIMIT $4;
