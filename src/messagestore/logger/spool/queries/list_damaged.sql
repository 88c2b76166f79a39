SELECT id, noticed_at, remains, checksum FROM damaged WHERE id > ? ORDER BY id LIMIT ?;
