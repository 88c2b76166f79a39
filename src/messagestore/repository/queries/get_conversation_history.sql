-- A conversation ($1), newest first, older than ($2, $3); $4 at most.
SELECT *
FROM messages
WHERE context_id = $1 AND NOT is_deleted AND (created_at, id) < ($2, $3) AND created_at <= $2
ORDER BY created_at DESC, id DESC
LIMIT $4;
