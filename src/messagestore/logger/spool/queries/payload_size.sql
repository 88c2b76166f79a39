SELECT length(payload) FROM entries WHERE id = ?;
