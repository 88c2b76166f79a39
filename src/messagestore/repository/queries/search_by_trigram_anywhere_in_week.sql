-- Search everywhere, in the week of $4, by trigrams, newest first, older than ($1, $2); $3 at most. $5
-- up to three patterns that are looked up in the index: each has three letters or digits in a row, and
-- all match what is wanted, among others. $6 patterns that all match, $7 expressions that all match, $8
-- patterns of which none matches. The index holds the weeks, and looks at nothing before this one.
WITH matches AS MATERIALIZED (
    SELECT *
    FROM messages
    WHERE NOT is_deleted
        AND messagestore_week(created_at) = messagestore_week($4)
        AND content ILIKE ($5::text[])[1]
        AND content ILIKE coalesce(($5::text[])[2], '%')
        AND content ILIKE coalesce(($5::text[])[3], '%')
        AND content ILIKE ALL ($6::text[]) AND content ~* ALL ($7::text[])
        AND content NOT ILIKE ALL ($8::text[])
)
SELECT *
FROM matches
WHERE (created_at, id) < ($1, $2)
ORDER BY created_at DESC, id DESC
LIMIT $3;
