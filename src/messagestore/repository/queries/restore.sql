-- Shows a hidden message again and counts it; returns the row, or none if it was not hidden.
-- $1 context_id, $2 created_at, $3 id. Runs under lock_conversation.sql.
WITH shown AS (
    UPDATE messages
    SET is_deleted = false, deleted_at = NULL, metadata = metadata - 'deleted'
    WHERE context_id = $1 AND created_at = $2 AND id = $3 AND is_deleted
    RETURNING *
),
noted AS (
    INSERT INTO changes (kind, context_ids, ids)
    SELECT 'changed', array_agg(context_id), array_agg(id) FROM shown HAVING count(*) > 0
),
counted AS (
    UPDATE conversations
    SET total = total + 1,
        incoming = incoming + (shown.direction = 'incoming')::int,
        outgoing = outgoing + (shown.direction = 'outgoing')::int,
        with_media = with_media + (shown.media_type IS NOT NULL)::int,
        commands = commands + shown.is_bot_command::int,
        failed = failed + (shown.status = 'failed')::int,
        first_message_at = LEAST(first_message_at, shown.created_at),
        last_message_at = GREATEST(last_message_at, shown.created_at)
    FROM shown
    WHERE conversations.context_id = $1 AND shown.context_id = $1
    RETURNING conversations.context_id
)
SELECT * FROM shown;
