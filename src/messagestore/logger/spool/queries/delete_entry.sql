DELETE FROM entries WHERE id = ?;
