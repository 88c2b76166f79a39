-- The answers to a message ($2, its message_id) within the conversation ($1), the answers to those,
-- and so on, oldest first; down to $3 levels and $4 messages.
-- The collation is one that no index by conversation has: over many months PostgreSQL read the whole
-- conversation rather than look for the answers to each message.
WITH RECURSIVE replies AS (
    SELECT messages.*, 1 AS distance
    FROM messages
    WHERE context_id = $1 COLLATE "C" AND reply_to_message_id = $2
    UNION ALL
    SELECT messages.*, replies.distance + 1
    FROM replies
    JOIN messages
        ON messages.context_id = $1 COLLATE "C"
        AND messages.reply_to_message_id = replies.message_id
    WHERE replies.distance < $3
)
SELECT *
FROM (SELECT * FROM replies LIMIT $4) AS nearest
WHERE NOT is_deleted
ORDER BY created_at, id;
