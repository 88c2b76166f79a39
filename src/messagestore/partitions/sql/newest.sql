-- The latest created_at.
SELECT created_at FROM messages ORDER BY created_at DESC NULLS LAST LIMIT 1;
