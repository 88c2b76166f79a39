-- Conversations with their counters, last active first, after ($1, $2); $3 at most.
SELECT *
FROM conversations
WHERE total > 0 AND (last_message_at, context_id) < ($1, $2)
ORDER BY last_message_at DESC, context_id DESC
LIMIT $3;
