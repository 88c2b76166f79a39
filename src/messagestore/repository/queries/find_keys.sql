-- Where messages are, by their message_ids ($1).
SELECT message_id, context_id, id FROM message_keys WHERE message_id = ANY ($1::text[]);
