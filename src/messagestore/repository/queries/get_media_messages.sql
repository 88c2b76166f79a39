-- The media of a conversation ($1), of one type or of all ($2 null), newest first, older than
-- ($3, $4); $5 at most.
SELECT *
FROM messages
WHERE context_id = $1 AND media_type IS NOT NULL AND NOT is_deleted
    AND ($2::text IS NULL OR media_type = $2) AND (created_at, id) < ($3, $4) AND created_at <= $3
ORDER BY created_at DESC, id DESC
LIMIT $5;
