INSERT INTO entries (id, stored_at, key, payload, checksum) VALUES (?, ?, ?, ?, ?);
