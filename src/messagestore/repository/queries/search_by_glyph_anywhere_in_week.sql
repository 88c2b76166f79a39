-- Search everywhere, in the week of $4, by characters of scripts without spaces, or symbols, newest
-- first, older than ($1, $2); $3 at most. $5 the text that holds them. $6 patterns that all match, $7
-- expressions that all match, $8 patterns of which none matches. The index holds the weeks, and looks
-- at nothing before this one.
WITH matches AS MATERIALIZED (
    SELECT *
    FROM messages
    WHERE NOT is_deleted AND messagestore_has_glyphs(content)
        AND messagestore_week(created_at) = messagestore_week($4)
        AND messagestore_glyphs(content) @> messagestore_glyphs($5)
        AND content ILIKE ALL ($6::text[]) AND content ~* ALL ($7::text[])
        AND content NOT ILIKE ALL ($8::text[])
)
SELECT *
FROM matches
WHERE (created_at, id) < ($1, $2)
ORDER BY created_at DESC, id DESC
LIMIT $3;
