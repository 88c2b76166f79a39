-- Search everywhere by characters of scripts without spaces, or symbols, newest
-- first, older than ($1, $2); $3 at most. $4 the text that holds them.
-- $5 patterns that all match, $6 expressions that all match, $7 patterns of which none matches.
-- The matches are found first and sorted then: walking by time could read everything.
WITH matches AS MATERIALIZED (
    SELECT *
    FROM messages
    WHERE NOT is_deleted AND messagestore_has_glyphs(content)
        AND messagestore_glyphs(content) @> messagestore_glyphs($4)
        AND content ILIKE ALL ($5::text[]) AND content ~* ALL ($6::text[])
        AND content NOT ILIKE ALL ($7::text[])
)
SELECT *
FROM matches
WHERE (created_at, id) < ($1, $2)
ORDER BY created_at DESC, id DESC
LIMIT $3;
