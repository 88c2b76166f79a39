-- What a replica is, and how far: what lies before `replayed` in the primary's log can be read here.
--
-- The timeline that it receives is shown to members of pg_read_all_stats; that of its last
-- restartpoint, which may be minutes old, to everybody.
SELECT
    pg_is_in_recovery() AS in_recovery,
    coalesce(pg_last_wal_replay_lsn() - '0/0'::pg_lsn, 0)::bigint AS replayed,
    (SELECT system_identifier FROM pg_control_system()) AS system,
    (SELECT received_tli FROM pg_stat_wal_receiver) AS receiving,
    (SELECT timeline_id FROM pg_control_checkpoint()) AS restarts_from,
    to_regclass('messages') IS NOT NULL AS has_tables;
