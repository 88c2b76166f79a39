-- Makes room for the messages with these message_ids ($1), which only statuses came of so far.
DELETE FROM message_keys
WHERE message_id = ANY ($1::text[]) AND id = '00000000-0000-0000-0000-000000000000';
