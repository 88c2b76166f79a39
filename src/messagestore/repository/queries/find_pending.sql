-- Those of these message_ids ($1) for which something waits.
SELECT message_id FROM pending_statuses WHERE message_id = ANY ($1::text[])
UNION
SELECT message_id FROM pending_rewrites WHERE message_id = ANY ($1::text[]);
