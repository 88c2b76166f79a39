-- The transaction from which on none has begun yet.
SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS place;
