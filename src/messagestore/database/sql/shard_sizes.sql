-- What the shards of our distributed tables take on each node, which is asked for those that it holds: in
-- `found` a JSON array of objects, one a table (partitions by themselves) and index. `index` is null for a
-- table without its indexes, and is called as in the whole table; `rows` is PostgreSQL's estimate.
SELECT nodename, nodeport, success, CASE WHEN success THEN result END AS found
FROM run_command_on_all_nodes(
    format(
        $node$
        WITH shards AS (
            SELECT
                pg_class.relname AS "table",
                coalesce(root.relname, pg_class.relname) AS whole,
                to_regclass(shard_name(logicalrelid, shardid)) AS shard
            FROM pg_dist_shard
            JOIN pg_dist_placement USING (shardid)
            JOIN pg_dist_local_group USING (groupid)
            JOIN pg_class ON pg_class.oid = logicalrelid AND pg_class.relkind = 'r'
            LEFT JOIN pg_class AS root ON root.oid = pg_partition_root(logicalrelid)
            WHERE pg_class.relnamespace = %L::regnamespace
        ),
        parts AS (
            SELECT
                "table", whole, NULL AS index, pg_table_size(shard) AS bytes,
                CASE WHEN reltuples >= 0 THEN reltuples::bigint END AS rows
            FROM shards
            JOIN pg_class ON oid = shard
            UNION ALL
            SELECT
                "table", whole,
                regexp_replace(coalesce(above.relname, own.relname), '_\d+$', ''),
                pg_table_size(own.oid), NULL
            FROM shards
            JOIN pg_index ON indrelid = shard
            JOIN pg_class AS own ON own.oid = indexrelid
            LEFT JOIN pg_inherits ON inhrelid = own.oid
            LEFT JOIN pg_class AS above ON above.oid = inhparent
        )
        SELECT coalesce(json_agg(summed), '[]')
        FROM (
            SELECT "table", whole, index, sum(bytes)::bigint AS bytes, sum(rows)::bigint AS rows
            FROM parts GROUP BY 1, 2, 3
        ) AS summed
        $node$,
        (SELECT relnamespace::regnamespace FROM pg_class WHERE oid = 'messages'::regclass)
    )
)
JOIN pg_dist_node USING (nodeid);
