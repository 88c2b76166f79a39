-- How far the tables are: which are distributed, whether the rules of messages lie aside, and which
-- partitions have the key without the distribution column yet.
SELECT
    ARRAY(SELECT logicalrelid::regclass::text FROM pg_dist_partition WHERE partmethod = 'h')
        AS distributed,
    to_regclass('messages_rules') IS NOT NULL AS unfinished,
    to_regclass('message_places') IS NOT NULL AS has_places,
    EXISTS (
        SELECT FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = ANY (conkey)
        WHERE conrelid = 'messages'::regclass AND contype = 'p' AND attname = 'context_id'
    ) AS has_wide_key,
    ARRAY(
        SELECT relname::text FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
        WHERE inhparent = 'messages'::regclass ORDER BY 1
    ) AS partitions;
