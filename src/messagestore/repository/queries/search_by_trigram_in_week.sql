-- Search in a conversation ($1), in the week of $5, by trigrams, newest first, older than ($2, $3); $4
-- at most. $6 up to three patterns that are looked up in the index: each has three letters or digits in
-- a row, and all match what is wanted, among others. $7 patterns that all match, $8 expressions that
-- all match, $9 patterns of which none matches. The index holds the weeks, and looks at nothing before
-- this one. The collation is that of the search indexes (0003_search.sql).
WITH matches AS MATERIALIZED (
    SELECT *
    FROM messages
    WHERE context_id = $1 COLLATE "C" AND NOT is_deleted
        AND messagestore_week(created_at) = messagestore_week($5)
        AND content ILIKE ($6::text[])[1]
        AND content ILIKE coalesce(($6::text[])[2], '%')
        AND content ILIKE coalesce(($6::text[])[3], '%')
        AND content ILIKE ALL ($7::text[]) AND content ~* ALL ($8::text[])
        AND content NOT ILIKE ALL ($9::text[])
)
SELECT *
FROM matches
WHERE (created_at, id) < ($2, $3)
ORDER BY created_at DESC, id DESC
LIMIT $4;
