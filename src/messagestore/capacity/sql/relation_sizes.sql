-- Bytes of each table and index, those of all partitions together under the name that they have in the
-- parent. What the stream and the waiting statuses take is left out: it does not grow with the store.
WITH parts AS (
    SELECT relid AS part, 'messages'::text AS parent
    FROM pg_partition_tree('messages') WHERE isleaf
    UNION ALL
    VALUES ('message_keys'::regclass, 'message_keys'), ('conversations', 'conversations')
)
SELECT parent || ', table' AS name, sum(pg_table_size(part))::bigint AS bytes
FROM parts GROUP BY parent
UNION ALL
SELECT coalesce(above.relname, own.relname), sum(pg_relation_size(own.oid))::bigint
FROM parts
JOIN pg_index ON indrelid = part
JOIN pg_class AS own ON own.oid = indexrelid
LEFT JOIN pg_inherits ON inhrelid = own.oid
LEFT JOIN pg_class AS above ON above.oid = inhparent
GROUP BY 1
ORDER BY 2 DESC, 1;
