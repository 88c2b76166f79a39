-- Puts messages, by id ($1) and time ($2), into the partitions as they are in what was split.
INSERT INTO messages
SELECT * FROM messages_before_split
WHERE (id, created_at) IN (SELECT * FROM unnest($1::uuid[], $2::timestamptz[]));
