-- Removes the counters of those conversations ($1) that have no message left, hidden ones included, and
-- returns these. The order is that of the index messages_dashboard (drop_empty_conversation.sql).
DELETE FROM conversations
WHERE context_id = ANY ($1::text[]) AND total = 0
    AND (
        SELECT id FROM messages
        WHERE messages.context_id = conversations.context_id
        ORDER BY direction, status, created_at DESC, id DESC
        LIMIT 1
    ) IS NULL
RETURNING context_id;
