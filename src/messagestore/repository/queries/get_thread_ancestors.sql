-- What a message answers, and what that answers, and so on within the conversation ($1), nearest
-- first. $2 the reply_to_message_id to begin with, $3 how many at most (a circle ends there too).
-- created_at is read from the id (identifiers.py), so that only its month is looked into.
WITH RECURSIVE ancestors AS (
    SELECT messages.*, 1 AS distance
    FROM message_keys
    JOIN messages
        ON messages.context_id = message_keys.context_id AND messages.id = message_keys.id
        AND messages.created_at = 'epoch'::timestamptz + interval '1 millisecond'
            * ('x' || left(replace(message_keys.id::text, '-', ''), 12))::bit(48)::bigint
    WHERE message_keys.context_id = $1 AND message_keys.message_id = $2
    UNION ALL
    SELECT messages.*, ancestors.distance + 1
    FROM ancestors
    JOIN message_keys
        ON message_keys.context_id = $1
        AND message_keys.message_id = ancestors.reply_to_message_id
    JOIN messages
        ON messages.context_id = message_keys.context_id AND messages.id = message_keys.id
        AND messages.created_at = 'epoch'::timestamptz + interval '1 millisecond'
            * ('x' || left(replace(message_keys.id::text, '-', ''), 12))::bit(48)::bigint
    WHERE ancestors.distance < $3
)
SELECT * FROM ancestors WHERE NOT is_deleted ORDER BY distance;
