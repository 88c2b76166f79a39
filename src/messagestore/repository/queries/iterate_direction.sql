-- The next $4 messages of one direction ($5), oldest first, after ($1, $2) and before $3.
SELECT *
FROM messages
WHERE direction = $5 AND NOT is_deleted AND (created_at, id) > ($1, $2) AND created_at < $3
ORDER BY created_at, id
LIMIT $4;
