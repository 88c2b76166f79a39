-- Puts a part that is full into the copy.
SET LOCAL statement_timeout = 0;
ALTER TABLE messages_split ATTACH PARTITION :"part" FOR VALUES FROM (:lower) TO (:upper);
