-- How many messages there are, hidden ones aside, and how fast they have been coming: `recent` of them,
-- $1 at most, since `recent_since`. Reads each conversation once, and $1 entries of an index.
SELECT
    (SELECT coalesce(sum(total), 0)::bigint FROM conversations) AS messages,
    count(*) AS recent,
    min(created_at) AS recent_since,
    (SELECT count(*) FROM pg_inherits WHERE inhparent = 'messages'::regclass) AS partitions,
    pg_size_bytes(current_setting('shared_buffers')) AS cache_bytes
FROM (
    SELECT created_at FROM messages ORDER BY created_at DESC NULLS LAST LIMIT $1
) AS newest_messages;
