-- The oldest after an id. The caller stops reading when it has bytes enough.
SELECT id, stored_at, key, payload, checksum
FROM entries
WHERE id > ?
ORDER BY id
LIMIT ?;
