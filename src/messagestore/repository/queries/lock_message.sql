-- Reads a message to rewrite it: $1 context_id, $2 created_at, $3 id.
SELECT * FROM messages WHERE context_id = $1 AND created_at = $2 AND id = $3 FOR UPDATE;
