-- Search: a trigram index for every script, and one of glyphs for what trigrams do not reach.
--
-- A glyph here is a character that carries a meaning alone or in a pair: the scripts that are written
-- without spaces (Thai and Lao, Myanmar, Khmer, Kana, Bopomofo, Han with its supplementary planes,
-- Hangul), arrows and symbols, and emoji. Words of two such characters are common, and a trigram
-- needs three; symbols are no letters, so a trigram index does not hold them at all.

CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gin;

CREATE FUNCTION messagestore_has_glyphs(content text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN content ~ '[\u0E00-\u0EFF\u1000-\u109F\u1780-\u17FF\u2190-\u2BFF\u3040-\u312F\u31A0-\u31FF\u3400-\u4DBF\u4E00-\u9FFF\uAC00-\uD7AF\uF900-\uFAFF\uFF66-\uFF9F\U0001F000-\U0001FAFF\U00020000-\U0003FFFF]';

-- The glyphs of a text, and the pairs of neighbours among them. In lower case, as ILIKE compares: some
-- symbols are letters in a circle.
CREATE FUNCTION messagestore_glyphs(content text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (
        SELECT coalesce(array_agg(DISTINCT glyphs), '{}')
        FROM regexp_matches(lower(content), '[\u0E00-\u0EFF\u1000-\u109F\u1780-\u17FF\u2190-\u2BFF\u3040-\u312F\u31A0-\u31FF\u3400-\u4DBF\u4E00-\u9FFF\uAC00-\uD7AF\uF900-\uFAFF\uFF66-\uFF9F\U0001F000-\U0001FAFF\U00020000-\U0003FFFF]+', 'g') AS run,
             generate_series(1, length(run[1])) AS start,
             LATERAL (VALUES (substr(run[1], start, 1)), (substr(run[1], start, 2)))
                 AS neighbours (glyphs)
    );

-- 14: text search, in one conversation or in all. The large pending list is what lets ingest keep
-- its rate; the store flushes it every few seconds.
--
-- context_id stands here, and in the searches, in the collation "C", which no other index has. For a
-- prepared search PostgreSQL takes every conversation to be of average size, and would read the
-- largest from end to end by messages_history. Equality is the same in every collation of ours.
CREATE INDEX messages_search
    ON messages USING gin (context_id COLLATE "C", content gin_trgm_ops)
    WITH (gin_pending_list_limit = 65536)
    WHERE content IS NOT NULL AND NOT is_deleted;

CREATE INDEX messages_search_glyphs
    ON messages USING gin (context_id COLLATE "C", messagestore_glyphs(content))
    WITH (gin_pending_list_limit = 65536)
    WHERE messagestore_has_glyphs(content) AND NOT is_deleted;
