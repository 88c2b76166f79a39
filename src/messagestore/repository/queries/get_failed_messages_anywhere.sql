-- What failed in any conversation, newest first, older than ($1, $2); $3 at most.
SELECT *
FROM messages
WHERE status = 'failed' AND NOT is_deleted AND (created_at, id) < ($1, $2) AND created_at <= $1
ORDER BY created_at DESC NULLS LAST, id DESC NULLS LAST
LIMIT $3;
