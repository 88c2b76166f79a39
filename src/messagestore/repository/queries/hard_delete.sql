-- Removes a message for good: its row, its key, and the link of every answer to it; takes it out of
-- the counters. Returns the row that was, or none. $1 context_id, $2 created_at, $3 id,
-- $4 message_id. Runs under lock_conversation.sql.
WITH removed AS (
    DELETE FROM messages
    WHERE context_id = $1 AND created_at = $2 AND id = $3
    RETURNING *
),
removed_key AS (
    DELETE FROM message_keys WHERE message_id = $4 AND context_id = $1 AND id = $3
    RETURNING message_id
),
unlinked AS (
    UPDATE messages SET reply_to_message_id = NULL
    WHERE reply_to_message_id = $4 AND id <> $3
    RETURNING id
),
counted AS (
    UPDATE conversations
    SET total = total - 1,
        incoming = incoming - (removed.direction = 'incoming')::int,
        outgoing = outgoing - (removed.direction = 'outgoing')::int,
        with_media = with_media - (removed.media_type IS NOT NULL)::int,
        commands = commands - removed.is_bot_command::int,
        failed = failed - (removed.status = 'failed')::int,
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
    FROM removed
    WHERE conversations.context_id = $1 AND removed.context_id = $1 AND NOT removed.is_deleted
    RETURNING conversations.context_id
)
SELECT * FROM removed;
