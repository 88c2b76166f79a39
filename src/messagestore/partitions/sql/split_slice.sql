-- The id of the $2th message after the id $1 in what was split, or that of the last one, and how many
-- these are.
SELECT count(*) AS rows, max(id::text)::uuid AS last
FROM (SELECT id FROM messages_before_split WHERE id > $1 ORDER BY id LIMIT $2) AS slice;
