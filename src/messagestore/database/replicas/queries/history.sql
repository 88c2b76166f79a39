-- Which history the primary writes: its system, and the timeline, which each promotion begins anew.
SELECT
    (SELECT system_identifier FROM pg_control_system()) AS system,
    ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::int AS timeline;
