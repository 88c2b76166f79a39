-- Search: a trigram index for every script, and one of characters and pairs for the scripts that
-- are written without spaces, whose words are often shorter than the three characters of a trigram.

CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gin;

-- Whether a text has a character of such a script: Thai and Lao, Myanmar, Khmer, Kana, Bopomofo,
-- Han, Hangul, the compatibility forms of these, and Han's supplementary planes.
CREATE FUNCTION messagestore_has_unspaced(content text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN content ~ '[\u0E00-\u0EFF\u1000-\u109F\u1780-\u17FF\u3040-\u312F\u31A0-\u31FF\u3400-\u4DBF\u4E00-\u9FFF\uAC00-\uD7AF\uF900-\uFAFF\uFF66-\uFF9F\U00020000-\U0003FFFF]';

-- Its characters of such scripts, and the pairs of neighbours among them.
CREATE FUNCTION messagestore_unspaced_grams(content text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (
        SELECT coalesce(array_agg(DISTINCT gram), '{}')
        FROM regexp_matches(content, '[\u0E00-\u0EFF\u1000-\u109F\u1780-\u17FF\u3040-\u312F\u31A0-\u31FF\u3400-\u4DBF\u4E00-\u9FFF\uAC00-\uD7AF\uF900-\uFAFF\uFF66-\uFF9F\U00020000-\U0003FFFF]+', 'g') AS run,
             generate_series(1, length(run[1])) AS position,
             LATERAL (VALUES (substr(run[1], position, 1)), (substr(run[1], position, 2)))
                 AS grams (gram)
    );

-- 14: text search, in one conversation or in all. The large pending list is what lets ingest keep
-- its rate; the store flushes it every few seconds.
CREATE INDEX messages_search ON messages USING gin (context_id, content gin_trgm_ops)
    WITH (gin_pending_list_limit = 65536)
    WHERE content IS NOT NULL AND NOT is_deleted;

CREATE INDEX messages_search_unspaced
    ON messages USING gin (context_id, messagestore_unspaced_grams(content))
    WITH (gin_pending_list_limit = 65536)
    WHERE messagestore_has_unspaced(content) AND NOT is_deleted;
