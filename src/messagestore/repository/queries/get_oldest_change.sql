-- The first transaction that the stream can still be resumed from; none while nothing is noted.
SELECT transaction::text::bigint AS transaction
FROM changes
ORDER BY changes.transaction, number
LIMIT 1;
