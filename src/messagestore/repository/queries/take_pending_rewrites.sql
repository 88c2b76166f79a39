-- Removes and returns the rewrites that wait for these message_ids ($1).
DELETE FROM pending_rewrites
WHERE message_id = ANY ($1::text[])
RETURNING message_id, occurred_at, record;
