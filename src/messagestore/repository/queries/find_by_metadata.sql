-- Messages whose metadata contain $1, newest first, older than ($2, $3); $4 at most. The matches
-- are found first and sorted then: walking by time until enough match could read everything.
WITH matches AS MATERIALIZED (
    SELECT *
    FROM messages
    WHERE metadata @> $1::jsonb AND NOT is_deleted AND (created_at, id) < ($2, $3)
)
SELECT * FROM matches ORDER BY created_at DESC, id DESC LIMIT $4;
