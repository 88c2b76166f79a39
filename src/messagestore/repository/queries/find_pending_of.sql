-- What waits and can be told to be of a conversation ($1): its id is a part of the message_id, or
-- its person is who reacted. `whole` tells the first from the second.
SELECT message_id, bool_or(whole) AS whole
FROM (
    SELECT message_id, true AS whole FROM pending_statuses
    WHERE strpos(message_id || ':', ':' || $1 || ':') > 0
    UNION ALL
    SELECT message_id, strpos(message_id || ':', ':' || $1 || ':') > 0 FROM pending_rewrites
    WHERE strpos(message_id || ':', ':' || $1 || ':') > 0 OR (kind = 'react' AND subject = $1)
) AS waiting
GROUP BY message_id;
