INSERT OR REPLACE INTO mark (one, last_id, checksum) VALUES (?, ?, ?);
