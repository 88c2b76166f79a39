-- Removes the statuses that wait for these message_ids ($1), if $2 is not null those from before it.
DELETE FROM pending_statuses
WHERE message_id = ANY ($1::text[]) AND ($2::timestamptz IS NULL OR received_at < $2);
