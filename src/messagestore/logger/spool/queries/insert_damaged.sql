INSERT INTO damaged (id, noticed_at, remains, checksum) VALUES (?, ?, ?, ?);
