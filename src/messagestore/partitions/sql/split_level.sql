-- Takes the oldest part out of the copy, which is in use, and makes it a partition as any other. The rest
-- begins where it ends; of every part a CHECK proves that, so nothing is read under the locks.
SET LOCAL statement_timeout = 0;
-- That it is durable waits for what writers commit next: the locks are not held for it.
SET LOCAL synchronous_commit = off;
-- Autovacuum gives way to whoever waits for a second, and no writer waits behind this lock.
SET LOCAL lock_timeout = '5s';
LOCK TABLE messages_split IN SHARE UPDATE EXCLUSIVE MODE;
SET LOCAL lock_timeout = '50ms';
LOCK TABLE ONLY messages, messages_split IN ACCESS EXCLUSIVE MODE;
ALTER TABLE messages DETACH PARTITION messages_split;
ALTER TABLE messages_split DETACH PARTITION :"part";
ALTER TABLE messages ATTACH PARTITION :"part" FOR VALUES FROM (:lower) TO (:upper);
ALTER TABLE messages ATTACH PARTITION messages_split FOR VALUES FROM (:upper) TO (:end);
ALTER TABLE :"part"
    DROP CONSTRAINT messages_part_bounds,
    DROP CONSTRAINT messages_split_bounds;
