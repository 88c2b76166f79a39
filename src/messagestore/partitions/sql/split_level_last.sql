-- Does what split_level.sql does with the last part, and drops the copy, which is empty then.
SET LOCAL statement_timeout = 0;
-- Autovacuum gives way to whoever waits for a second, and no writer waits behind this lock.
SET LOCAL lock_timeout = '5s';
LOCK TABLE messages_split IN SHARE UPDATE EXCLUSIVE MODE;
SET LOCAL lock_timeout = '50ms';
LOCK TABLE ONLY messages, messages_split IN ACCESS EXCLUSIVE MODE;
ALTER TABLE messages DETACH PARTITION messages_split;
ALTER TABLE messages_split DETACH PARTITION :"part";
ALTER TABLE messages ATTACH PARTITION :"part" FOR VALUES FROM (:lower) TO (:upper);
DROP TABLE messages_split;
ALTER TABLE :"part"
    DROP CONSTRAINT messages_part_bounds,
    DROP CONSTRAINT messages_split_bounds;
