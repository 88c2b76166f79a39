-- Removes the counters of a conversation ($1) that has no message left, hidden ones included, and
-- returns it.
-- The order is that of the index messages_dashboard, so that it is taken: with NOT EXISTS the table
-- was read from its beginning, in the belief that a conversation that was large is met at once.
DELETE FROM conversations
WHERE context_id = $1 AND total = 0
    AND (
        SELECT id FROM messages
        WHERE messages.context_id = $1
        ORDER BY direction, status, created_at DESC, id DESC
        LIMIT 1
    ) IS NULL
RETURNING context_id;
