-- The next $3 messages of a partition that was taken out of the messages, after ($1, $2), by
-- conversation, so that each one's counters are written few times.
SELECT context_id, context_type, created_at, id, message_id, direction,
    media_type IS NOT NULL AS has_media, is_bot_command AS is_command,
    status = 'failed' AS has_failed, is_deleted
FROM :"expired"
WHERE (context_id, id) > ($1, $2)
ORDER BY context_id, id
LIMIT $3;
