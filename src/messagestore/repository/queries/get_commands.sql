-- The uses of a command ($1) in any conversation, newest first, older than ($2, $3); $4 at most.
SELECT *
FROM messages
WHERE command_name = $1 AND is_bot_command AND NOT is_deleted AND (created_at, id) < ($2, $3) AND created_at <= $2
ORDER BY created_at DESC, id DESC
LIMIT $4;
