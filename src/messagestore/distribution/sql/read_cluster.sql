-- What the cluster offers: how many nodes hold shards, and whether tables with rows can be distributed
-- beside writers. PostgreSQL names the libraries that may decode its log since 18.6; Citus' is needed.
SELECT
    (SELECT extversion FROM pg_extension WHERE extname = 'citus') AS version,
    (
        SELECT count(*) FROM pg_dist_node WHERE shouldhaveshards AND isactive AND noderole = 'primary'
    ) AS nodes,
    to_regproc('create_distributed_table_concurrently') IS NOT NULL
        AND current_setting('wal_level') = 'logical'
        AND 'citus' = ANY (string_to_array(
            coalesce(current_setting('output_plugin_libraries', true), 'citus'), ', '
        )) AS concurrently;
