-- Holds a message_id ($1) for the rest of the transaction: waits for a writer that is storing it,
-- and returns no row when the message is there. $2 a context_id, $3 an id; release_key.sql undoes it.
INSERT INTO message_keys (message_id, context_id, id) VALUES ($1, $2, $3)
ON CONFLICT DO NOTHING
RETURNING id;
