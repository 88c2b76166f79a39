SELECT stored_at FROM entries ORDER BY id LIMIT 1;
