-- A conversation ($1) in one direction ($2) and status ($3), newest first, older than ($4, $5);
-- $6 at most.
SELECT *
FROM messages
WHERE context_id = $1 AND direction = $2 AND status = $3 AND NOT is_deleted
    AND (created_at, id) < ($4, $5) AND created_at <= $4
ORDER BY created_at DESC, id DESC
LIMIT $6;
