-- Removes the rewrites that wait for these message_ids ($1), if $2 is not null those from before it,
-- and if $3 is not null those of this subject.
DELETE FROM pending_rewrites
WHERE message_id = ANY ($1::text[])
    AND ($2::timestamptz IS NULL OR received_at < $2)
    AND ($3::text IS NULL OR subject = $3);
