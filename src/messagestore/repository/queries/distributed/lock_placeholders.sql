-- On Citus, FOR UPDATE needs one value of the distribution column, and these are many: an update
-- that changes nothing takes the same locks.
--
-- Holds the placeholders of message_ids ($1) for the rest of the transaction, and returns whose there are.
UPDATE message_keys SET context_id = context_id
WHERE message_id = ANY ($1::text[]) AND id = '00000000-0000-0000-0000-000000000000'
RETURNING message_id;
