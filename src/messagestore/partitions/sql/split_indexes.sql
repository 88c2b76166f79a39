-- What is to be done, one statement at a time, for a part ($1) to have every index: what an interrupted
-- build left goes first. A transaction that builds an index holds the stream back; concurrently it does
-- not, which takes longer, and does not pay for a part of some thousand messages.
SELECT statement
FROM (
    SELECT 1 AS step, format('DROP INDEX %s', indexrelid::regclass) AS statement
    FROM pg_index WHERE indrelid = $1::text::regclass AND NOT indisvalid
    UNION ALL
    SELECT 2, format(
        'CREATE INDEX %s ON %s%s',
        CASE WHEN pg_relation_size($1::text::regclass) > 8388608 THEN 'CONCURRENTLY' END,
        $1::text::regclass,
        definition
    )
    FROM (
        SELECT substring(pg_get_indexdef(indexrelid) FROM ' USING .*$') AS definition
        FROM pg_index WHERE indrelid = 'messages_split'::regclass
        EXCEPT ALL
        SELECT substring(pg_get_indexdef(indexrelid) FROM ' USING .*$')
        FROM pg_index WHERE indrelid = $1::text::regclass AND indisvalid
    ) AS missing
) AS plan
ORDER BY step
LIMIT 1;
