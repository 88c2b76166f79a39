-- A conversation ($1), newest first, older than ($2, $3); $4 at most, after $5 (1 or more) that are
-- skipped. Those are counted off in the index alone, which has all that it takes: to fetch them would
-- cost a page of the table each, where a conversation is spread over many.
WITH skipped AS MATERIALIZED (
    SELECT created_at, id
    FROM messages
    WHERE context_id = $1 AND NOT is_deleted AND (created_at, id) < ($2, $3) AND created_at <= $2
    ORDER BY created_at DESC, id DESC
    LIMIT 1 OFFSET $5 - 1
)
SELECT *
FROM messages
WHERE context_id = $1 AND NOT is_deleted
    AND (created_at, id) < ((SELECT created_at FROM skipped), (SELECT id FROM skipped))
    AND created_at <= (SELECT created_at FROM skipped)
ORDER BY created_at DESC, id DESC
LIMIT $4;
