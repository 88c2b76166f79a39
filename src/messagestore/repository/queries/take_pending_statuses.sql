-- Removes and returns the statuses that wait for these message_ids ($1).
DELETE FROM pending_statuses
WHERE message_id = ANY ($1::text[])
RETURNING message_id, status, error_message, occurred_at;
