-- The last message that a part has.
SELECT id FROM ONLY :"part" ORDER BY id DESC LIMIT 1;
