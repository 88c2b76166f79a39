-- Removes messages ($1 context_ids, $2 created_ats, $3 ids; all are from $4 to
-- $5), and returns of each what is counted. Their keys and counters are the matter of
-- settle_expired.sql, in the same transaction.
DELETE FROM messages
USING unnest($1::text[], $2::timestamptz[], $3::uuid[]) AS due (context_id, created_at, id)
WHERE messages.context_id = due.context_id
    AND messages.created_at = due.created_at
    AND messages.id = due.id
    AND messages.created_at BETWEEN $4 AND $5
RETURNING messages.context_id, messages.id, messages.message_id, messages.direction,
    messages.media_type IS NOT NULL AS has_media, messages.is_bot_command AS is_command,
    messages.status = 'failed' AS has_failed, messages.is_deleted;
