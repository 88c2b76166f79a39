-- What each node of a cluster has prepared in this database: it may be committed on the coordinator, and
-- cannot be seen yet.
SELECT nodename, nodeport, success, CASE WHEN success THEN result::text[] END AS gids
FROM run_command_on_workers(
    'SELECT coalesce(array_agg(gid), ''{}'') FROM pg_prepared_xacts WHERE database = current_database()'
);
