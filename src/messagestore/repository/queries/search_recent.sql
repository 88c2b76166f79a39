-- Search, first step: the newest $5 messages of a conversation ($1) older than ($2, $3), and those
-- among them that match; $4 at most. Each row says how many were read (fewer than $5: that was all);
-- a row of nulls says it when nothing matched.
-- $6 patterns that all match, $7 expressions that all match, $8 patterns of which none matches.
WITH recent AS MATERIALIZED (
    SELECT *
    FROM messages
    WHERE context_id = $1 AND NOT is_deleted AND (created_at, id) < ($2, $3) AND created_at <= $2
    ORDER BY created_at DESC, id DESC
    LIMIT $5
),
matches AS (
    SELECT *
    FROM recent
    WHERE content ILIKE ALL ($6::text[]) AND content ~* ALL ($7::text[])
        AND content NOT ILIKE ALL ($8::text[])
    ORDER BY created_at DESC, id DESC
    LIMIT $4
)
SELECT matches.*, messages_read, newest, oldest
FROM (
    SELECT count(*) AS messages_read, max(created_at) AS newest, min(created_at) AS oldest
    FROM recent
) AS extent
LEFT JOIN matches ON true
ORDER BY created_at DESC, id DESC;
