-- What has been written by transactions below this one can be seen by every statement that follows.
SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS place;
