-- Takes a partition out of the messages: all of it is to go. An empty one, of create_partition.sql, takes
-- its place, so that every time can be stored.
SET LOCAL statement_timeout = 0;
-- Autovacuum gives way to whoever waits for a second, and no writer waits behind this lock.
SET LOCAL lock_timeout = '5s';
LOCK TABLE ONLY :"partition" IN SHARE UPDATE EXCLUSIVE MODE;
SET LOCAL lock_timeout = '50ms';
LOCK TABLE ONLY messages, ONLY :"partition" IN ACCESS EXCLUSIVE MODE;
ALTER TABLE messages DETACH PARTITION :"partition";
ALTER TABLE :"partition" RENAME TO :"expired";
ALTER TABLE messages ATTACH PARTITION :"before" FOR VALUES FROM (:lower) TO (:upper);
