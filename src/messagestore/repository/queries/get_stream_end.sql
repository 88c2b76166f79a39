-- Where the stream is now: nothing that is not yet told comes before this transaction.
SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS transaction;
