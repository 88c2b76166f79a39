-- Undoes claim_keys.sql: $1 message_ids, $2 the context_id that they were claimed with.
DELETE FROM message_keys WHERE message_id = ANY ($1::text[]) AND context_id = $2;
