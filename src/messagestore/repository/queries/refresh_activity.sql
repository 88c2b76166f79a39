-- Says of conversations ($1) anew when their first and last message came: some are gone. Runs under
-- lock_conversations.sql.
UPDATE conversations
SET first_message_at = (
        SELECT created_at FROM messages
        WHERE messages.context_id = conversations.context_id AND NOT is_deleted
        ORDER BY created_at, id LIMIT 1
    ),
    last_message_at = (
        SELECT created_at FROM messages
        WHERE messages.context_id = conversations.context_id AND NOT is_deleted
        ORDER BY created_at DESC, id DESC LIMIT 1
    )
WHERE context_id = ANY ($1::text[]);
