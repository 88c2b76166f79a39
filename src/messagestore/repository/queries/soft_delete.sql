-- Hides a message and takes it out of the counters; returns the row, or none if it was hidden
-- before. $1 context_id, $2 created_at, $3 id; $4 when, $5 what to note in the metadata.
-- Runs under lock_conversation.sql.
WITH hidden AS (
    UPDATE messages
    SET is_deleted = true, deleted_at = $4, metadata = metadata || $5::jsonb
    WHERE context_id = $1 AND created_at = $2 AND id = $3 AND NOT is_deleted
    RETURNING *
),
noted AS (
    INSERT INTO changes (kind, context_ids, ids)
    SELECT 'removed', array_agg(context_id), array_agg(id) FROM hidden HAVING count(*) > 0
),
counted AS (
    UPDATE conversations
    SET total = total - 1,
        incoming = incoming - (hidden.direction = 'incoming')::int,
        outgoing = outgoing - (hidden.direction = 'outgoing')::int,
        with_media = with_media - (hidden.media_type IS NOT NULL)::int,
        commands = commands - hidden.is_bot_command::int,
        failed = failed - (hidden.status = 'failed')::int,
        first_message_at = (
            SELECT created_at FROM messages
            WHERE context_id = $1 AND NOT is_deleted AND id <> $3
            ORDER BY created_at, id LIMIT 1
        ),
        last_message_at = (
            SELECT created_at FROM messages
            WHERE context_id = $1 AND NOT is_deleted AND id <> $3
            ORDER BY created_at DESC, id DESC LIMIT 1
        )
    FROM hidden
    WHERE conversations.context_id = $1 AND hidden.context_id = $1
    RETURNING conversations.context_id
)
SELECT * FROM hidden;
