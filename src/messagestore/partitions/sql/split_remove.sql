-- Removes messages, by id ($1) and time ($2), from the partitions.
DELETE FROM messages
WHERE (id, created_at) IN (SELECT * FROM unnest($1::uuid[], $2::timestamptz[]));
