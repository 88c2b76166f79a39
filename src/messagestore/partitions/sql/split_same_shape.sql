-- Whether what was copied still has the columns and the indexes that messages has.
SELECT
    NOT EXISTS (
        SELECT FROM (
            SELECT attname, atttypid FROM pg_attribute
            WHERE attrelid = 'messages'::regclass AND attnum > 0 AND NOT attisdropped
        ) AS wanted
        FULL JOIN (
            SELECT attname, atttypid FROM pg_attribute
            WHERE attrelid = 'messages_split'::regclass AND attnum > 0 AND NOT attisdropped
        ) AS here USING (attname, atttypid)
        WHERE wanted IS NULL OR here IS NULL
    )
    AND NOT EXISTS (
        SELECT FROM (
            SELECT substring(pg_get_indexdef(indexrelid) FROM ' USING .*$') AS definition, count(*)
            FROM pg_index WHERE indrelid = 'messages'::regclass GROUP BY 1
        ) AS wanted
        FULL JOIN (
            SELECT substring(pg_get_indexdef(indexrelid) FROM ' USING .*$') AS definition, count(*)
            FROM pg_index WHERE indrelid = 'messages_split'::regclass GROUP BY 1
        ) AS here USING (definition, count)
        WHERE wanted IS NULL OR here IS NULL
    ) AS same_shape;
