-- Search in a conversation ($1) by trigrams, newest first, older than ($2, $3); $4 at most.
-- $5 up to three patterns that are looked up in the index: each has three letters or digits in a
-- row, and all match what is wanted, among others.
-- $6 patterns that all match, $7 expressions that all match, $8 patterns of which none matches.
-- The matches are found first and sorted then: walking by time could read everything. The collation
-- is that of the search indexes (0003_search.sql).
WITH matches AS MATERIALIZED (
    SELECT *
    FROM messages
    WHERE context_id = $1 COLLATE "C" AND NOT is_deleted
        AND content ILIKE ($5::text[])[1]
        AND content ILIKE coalesce(($5::text[])[2], '%')
        AND content ILIKE coalesce(($5::text[])[3], '%')
        AND content ILIKE ALL ($6::text[]) AND content ~* ALL ($7::text[])
        AND content NOT ILIKE ALL ($8::text[])
)
SELECT *
FROM matches
WHERE (created_at, id) < ($2, $3)
ORDER BY created_at DESC, id DESC
LIMIT $4;
