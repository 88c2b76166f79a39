-- Messages whose metadata contain $4, newest first, older than ($1, $2); $3 at most. Last step: all
-- that match are found and sorted.
WITH matches AS MATERIALIZED (
    SELECT *
    FROM messages
    WHERE metadata @> $4::jsonb AND NOT is_deleted
)
SELECT *
FROM matches
WHERE (created_at, id) < ($1, $2)
ORDER BY created_at DESC, id DESC
LIMIT $3;
