-- What is left to do until the index :'index' stands on :'table' and is valid: for the table, or for
-- each of its partitions, the next statement, and how to run it. No row: nothing is left.
--   brief  takes locks that writers notice: in a transaction, within limits
--   long   runs beside the writers, for as long as it takes, and in no transaction
--   wait   a build is going on, of a client that was killed: its result is waited for
-- A leftover that is not valid is dropped, never taken for the index.
WITH root AS (
    SELECT c.oid, c.relname, c.relkind, n.nspname
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.oid = :'table'::regclass
), targets AS (
    SELECT oid, relname, nspname, relkind = 'p' AS is_parent, false AS is_partition,
           :'index' AS index_name
    FROM root
    UNION ALL
    SELECT c.oid, c.relname, n.nspname, false, true,
           -- PostgreSQL cuts names after 63 bytes, which would make two of them the same.
           CASE WHEN octet_length(long_name) <= 63 THEN long_name
                ELSE left(long_name, 50) || '_' || left(md5(long_name), 8) END
    FROM root
    JOIN pg_inherits h ON h.inhparent = root.oid AND NOT h.inhdetachpending
    JOIN pg_class c ON c.oid = h.inhrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    CROSS JOIN concat(c.relname, '_', :'index') AS long_name
    WHERE root.relkind = 'p'
), found AS (
    SELECT t.*, i.indexrelid, i.indisvalid,
           format('%I.%I', t.nspname, t.relname) AS table_path,
           format('%I.%I', t.nspname, t.index_name) AS index_path
    FROM targets t
    LEFT JOIN pg_index i ON i.indrelid = t.oid AND i.indexrelid = (
        SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relname = t.index_name AND n.nspname = t.nspname
    )
), parent AS (
    SELECT indexrelid, index_path FROM found WHERE is_parent
)
SELECT action, statement
FROM found
LEFT JOIN parent ON true
CROSS JOIN LATERAL (
    SELECT CASE
        WHEN is_parent THEN
            CASE WHEN found.indexrelid IS NULL THEN 'create parent' END
        WHEN found.indexrelid IS NULL THEN
            CASE WHEN NOT EXISTS (
                -- It has one under another name: of a partition made while this was going on.
                SELECT FROM pg_inherits h JOIN pg_index i ON i.indexrelid = h.inhrelid
                WHERE h.inhparent = parent.indexrelid AND i.indrelid = found.oid
            ) THEN 'create' END
        WHEN NOT indisvalid AND EXISTS (
            SELECT FROM pg_stat_progress_create_index p
            WHERE p.index_relid = found.indexrelid AND p.datname = current_database()
        ) THEN 'wait'
        WHEN NOT indisvalid THEN 'drop'
        WHEN is_partition AND NOT EXISTS (
            SELECT FROM pg_inherits h
            WHERE h.inhparent = parent.indexrelid AND h.inhrelid = found.indexrelid
        ) THEN 'attach'
    END AS next
) AS n
CROSS JOIN LATERAL (
    SELECT 'brief', format('%s %I ON ONLY %s %s', :'create', index_name, table_path, :'definition')
    WHERE next = 'create parent'
    UNION ALL
    SELECT 'long', format('%s CONCURRENTLY %I ON %s %s', :'create', index_name, table_path,
                          :'definition')
    WHERE next = 'create'
    UNION ALL
    SELECT 'long', format('DROP INDEX CONCURRENTLY %s', found.index_path) WHERE next = 'drop'
    UNION ALL
    SELECT 'brief', format('ALTER INDEX %s ATTACH PARTITION %s', parent.index_path,
                           found.index_path)
    WHERE next = 'attach'
    UNION ALL
    SELECT 'wait', 'SELECT pg_sleep(0.5)' WHERE next = 'wait'
) AS s (action, statement)
ORDER BY is_parent DESC, found.relname
