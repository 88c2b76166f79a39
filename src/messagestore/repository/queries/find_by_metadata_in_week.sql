-- Messages of the week of $4 whose metadata contain $5, newest first, older than ($1, $2); $3 at most.
-- Second step: those that match in the week are found and sorted. One week at a time, as PostgreSQL
-- would not ask the index for a list of weeks where it takes few to match. No bounds of created_at,
-- by which it would look up the week in the index by time as well; where there are months, the index
-- of one that lacks the week says so at once.
WITH matches AS MATERIALIZED (
    SELECT *
    FROM messages
    WHERE metadata @> $5::jsonb AND NOT is_deleted
        AND messagestore_week(created_at) = messagestore_week($4)
)
SELECT *
FROM matches
WHERE (created_at, id) < ($1, $2)
ORDER BY created_at DESC, id DESC
LIMIT $3;
