-- Search in a conversation ($1) by trigrams, newest first, older than ($2, $3); $4 at most.
-- $5 patterns that all match, of which the first three, each with three letters or digits in a row,
-- are looked up in the index; $6 expressions that all match, $7 patterns of which none matches.
-- The matches are found first and sorted then: walking by time could read everything. The collation
-- is that of the search indexes (0003_search.sql).
WITH matches AS MATERIALIZED (
    SELECT *
    FROM messages
    WHERE context_id = $1 COLLATE "C" AND NOT is_deleted
        AND content ILIKE ($5::text[])[1]
        AND content ILIKE coalesce(($5::text[])[2], '%')
        AND content ILIKE coalesce(($5::text[])[3], '%')
        AND content ILIKE ALL ($5::text[]) AND content ~* ALL ($6::text[])
        AND content NOT ILIKE ALL ($7::text[])
)
SELECT *
FROM matches
WHERE (created_at, id) < ($2, $3)
ORDER BY created_at DESC, id DESC
LIMIT $4;
