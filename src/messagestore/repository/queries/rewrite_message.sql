-- Writes what an edit or a reaction changes: $1 context_id, $2 created_at, $3 id; $4 content,
-- $5 media_url, $6 media_content_type, $7 metadata. The media type stays: it is counted.
WITH rewritten AS (
    UPDATE messages
    SET content = $4, media_url = $5, media_content_type = $6, metadata = $7::jsonb
    WHERE context_id = $1 AND created_at = $2 AND id = $3
    RETURNING *
),
noted AS (
    INSERT INTO changes (kind, context_ids, ids)
    SELECT 'changed', array_agg(context_id), array_agg(id) FROM rewritten HAVING count(*) > 0
)
SELECT * FROM rewritten;
