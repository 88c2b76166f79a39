-- Holds messages, by id ($1) and time ($2), for the rest of the transaction.
SELECT FROM messages
WHERE (id, created_at) IN (SELECT * FROM unnest($1::uuid[], $2::timestamptz[]))
FOR UPDATE;
