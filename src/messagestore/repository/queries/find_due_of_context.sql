-- Some messages of a conversation ($1) from before $2, hidden ones too; $3 at most.
SELECT context_id, created_at, id
FROM messages
WHERE context_id = $1 AND created_at < $2
LIMIT $3;
