-- One message by its id ($1) and the created_at that the id carries ($2); $3 whether deleted too.
SELECT * FROM messages WHERE id = $1 AND created_at = $2 AND (NOT is_deleted OR $3);
