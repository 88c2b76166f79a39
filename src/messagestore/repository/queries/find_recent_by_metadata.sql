-- Messages whose metadata contain $5, first step: the newest $4 messages older than ($1, $2), and
-- those among them that match; $3 at most. Each row says how many were read (fewer than $4: that was
-- all) and over which time they spread; a row of nulls says it when nothing matched.
WITH recent AS MATERIALIZED (
    SELECT *
    FROM messages
    WHERE (created_at, id) < ($1, $2) AND created_at <= $1
    ORDER BY created_at DESC NULLS LAST, id DESC NULLS LAST
    LIMIT $4
),
matches AS (
    SELECT *
    FROM recent
    WHERE metadata @> $5::jsonb AND NOT is_deleted
    ORDER BY created_at DESC NULLS LAST, id DESC NULLS LAST
    LIMIT $3
)
SELECT matches.*, messages_read, newest, oldest
FROM (
    SELECT count(*) AS messages_read, max(created_at) AS newest, min(created_at) AS oldest
    FROM recent
) AS extent
LEFT JOIN matches ON true
ORDER BY created_at DESC, id DESC;
