SELECT id, stored_at, key, payload, checksum FROM entries WHERE id = ?;
