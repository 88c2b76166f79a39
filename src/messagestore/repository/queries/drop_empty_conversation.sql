-- Removes the counters of a conversation ($1) that has no message left, hidden ones included.
DELETE FROM conversations
WHERE context_id = $1 AND total = 0
    AND NOT EXISTS (SELECT FROM messages WHERE messages.context_id = $1);
