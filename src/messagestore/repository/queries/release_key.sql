-- Undoes claim_key.sql: $1 message_id, $2 context_id, $3 id.
DELETE FROM message_keys WHERE message_id = $1 AND context_id = $2 AND id = $3;
