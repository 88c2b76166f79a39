-- A conversation ($1) in [$2, $3), newest first, older than ($4, $5); $6 at most.
SELECT *
FROM messages
WHERE context_id = $1 AND NOT is_deleted
    AND created_at >= $2 AND created_at < $3 AND (created_at, id) < ($4, $5) AND created_at <= $4
ORDER BY created_at DESC, id DESC
LIMIT $6;
