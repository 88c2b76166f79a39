INSERT OR REPLACE INTO gone (first, last, checksum) VALUES (?, ?, ?);
