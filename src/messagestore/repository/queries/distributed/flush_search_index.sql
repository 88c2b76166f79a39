-- On Citus, the indexes are on the nodes that hold the shards, so each node is asked to flush its own.
--
-- Moves what waits in the pending lists of the GIN indexes on messages into the indexes themselves,
-- so that a search need not read the lists row by row. One process at a time; the others pass.
-- $1 the number of the advisory lock. Returns how many pages were moved.
WITH turn AS MATERIALIZED (
    SELECT pg_try_advisory_xact_lock($1) AS mine
)
SELECT coalesce(sum(node.result::bigint) FILTER (WHERE node.success), 0)::bigint AS pages
FROM turn
CROSS JOIN LATERAL run_command_on_all_nodes($command$
    SELECT coalesce(sum(gin_clean_pending_list(index.indexrelid)), 0)
    FROM pg_partition_tree('messages') AS part
    JOIN pg_dist_shard AS shard ON shard.logicalrelid = part.relid AND part.isleaf
    JOIN pg_index AS index
        ON index.indrelid = to_regclass(shard_name(shard.logicalrelid, shard.shardid))
        AND index.indisvalid
    JOIN pg_class AS relation ON relation.oid = index.indexrelid
    JOIN pg_am AS method ON method.oid = relation.relam AND method.amname = 'gin'
$command$) AS node
WHERE turn.mine;
