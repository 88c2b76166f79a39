-- What was committed after a place in the stream ($1 transaction, $2 number), in the order of the
-- transactions; $3 rows at most. What is above the oldest transaction that still runs waits: something
-- could come before it.
SELECT transaction::text::bigint AS transaction, number, at, kind, context_ids, ids
FROM changes
WHERE (changes.transaction, number) > ($1::bigint::text::xid8, $2)
    AND changes.transaction < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY changes.transaction, number
LIMIT $3;
