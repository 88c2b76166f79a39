-- Where messages are, by their message_ids ($1). The nil id is that of a placeholder.
SELECT message_id, context_id, id
FROM message_keys
WHERE message_id = ANY ($1::text[]) AND id <> '00000000-0000-0000-0000-000000000000';
