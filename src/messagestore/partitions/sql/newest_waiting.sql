-- The latest created_at before $1 of what has no month yet.
SELECT created_at FROM messages_later
WHERE created_at < $1
ORDER BY created_at DESC NULLS LAST
LIMIT 1;
