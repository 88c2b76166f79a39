-- The first message with an id from $1 on, of which the id tells the time.
SELECT id FROM ONLY :"partition" WHERE id >= $1 ORDER BY id LIMIT 1;
