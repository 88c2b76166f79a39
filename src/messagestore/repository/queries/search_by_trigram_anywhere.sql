-- Search everywhere by trigrams, newest first, older than ($1, $2); $3 at most.
-- $4 up to three patterns that are looked up in the index: each has three letters or digits in a
-- row, and all match what is wanted, among others.
-- $5 patterns that all match, $6 expressions that all match, $7 patterns of which none matches.
-- The matches are found first and sorted then: walking by time could read everything.
WITH matches AS MATERIALIZED (
    SELECT *
    FROM messages
    WHERE NOT is_deleted
        AND content ILIKE ($4::text[])[1]
        AND content ILIKE coalesce(($4::text[])[2], '%')
        AND content ILIKE coalesce(($4::text[])[3], '%')
        AND content ILIKE ALL ($5::text[]) AND content ~* ALL ($6::text[])
        AND content NOT ILIKE ALL ($7::text[])
)
SELECT *
FROM matches
WHERE (created_at, id) < ($1, $2)
ORDER BY created_at DESC, id DESC
LIMIT $3;
