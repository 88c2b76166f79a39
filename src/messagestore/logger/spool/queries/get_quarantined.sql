SELECT id, stored_at, key, payload, reason, checksum FROM quarantine WHERE id = ?;
