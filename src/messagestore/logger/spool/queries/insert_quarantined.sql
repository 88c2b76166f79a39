INSERT INTO quarantine (id, stored_at, key, payload, reason, checksum) VALUES (?, ?, ?, ?, ?, ?);
