-- The next $6 messages in contexts of a type ($1) from before $2, hidden ones too, after ($4, $5); those of
-- the conversations $3 are left out, which have rules of their own.
SELECT context_id, created_at, id
FROM messages
WHERE context_type = $1 AND created_at < $2 AND created_at >= $4 AND (created_at, id) > ($4, $5)
    AND context_id <> ALL ($3::text[])
ORDER BY created_at, id
LIMIT $6;
