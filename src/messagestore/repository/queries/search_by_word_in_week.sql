-- Search in a conversation ($1), in the week of $5, by a short word, newest first, older than ($2, $3);
-- $4 at most. $6 the word, of one or two letters or digits. $7 patterns that all match, $8 expressions
-- that all match, $9 patterns of which none matches. The index holds the weeks, and looks at nothing
-- before this one. The collation is that of the search indexes (0003_search.sql).
WITH matches AS MATERIALIZED (
    SELECT *
    FROM messages
    WHERE context_id = $1 COLLATE "C" AND NOT is_deleted AND content %> $6
        AND messagestore_week(created_at) = messagestore_week($5)
        AND content ILIKE ALL ($7::text[]) AND content ~* ALL ($8::text[])
        AND content NOT ILIKE ALL ($9::text[])
)
SELECT *
FROM matches
WHERE (created_at, id) < ($2, $3)
ORDER BY created_at DESC, id DESC
LIMIT $4;
