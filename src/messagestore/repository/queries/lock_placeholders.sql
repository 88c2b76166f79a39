-- Holds the placeholders of message_ids ($1) for the rest of the transaction, and returns whose there are.
SELECT message_id
FROM message_keys
WHERE message_id = ANY ($1::text[]) AND id = '00000000-0000-0000-0000-000000000000'
ORDER BY message_id
FOR UPDATE;
