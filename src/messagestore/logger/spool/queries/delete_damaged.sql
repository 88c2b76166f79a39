DELETE FROM damaged WHERE id = ?;
