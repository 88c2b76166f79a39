-- Search everywhere by trigrams, newest first, older than ($1, $2); $3 at most.
-- $4 patterns that all match, of which the first three, each with three letters or digits in a row,
-- are looked up in the index; $5 expressions that all match, $6 patterns of which none matches.
-- The matches are found first and sorted then: walking by time could read everything.
WITH matches AS MATERIALIZED (
    SELECT *
    FROM messages
    WHERE NOT is_deleted
        AND content ILIKE ($4::text[])[1]
        AND content ILIKE coalesce(($4::text[])[2], '%')
        AND content ILIKE coalesce(($4::text[])[3], '%')
        AND content ILIKE ALL ($4::text[]) AND content ~* ALL ($5::text[])
        AND content NOT ILIKE ALL ($6::text[])
)
SELECT *
FROM matches
WHERE (created_at, id) < ($1, $2)
ORDER BY created_at DESC, id DESC
LIMIT $3;
