-- Gives the last partition its end, :'bound', and lets the catch-all, of create_partition.sql, follow it.
-- The bound is proven, so nothing is read under the locks, and nothing is copied.
SET LOCAL statement_timeout = 0;
-- That it is durable waits for what writers commit next: the locks are not held for it.
SET LOCAL synchronous_commit = off;
-- Autovacuum gives way to whoever waits for a second, and no writer waits behind this lock.
SET LOCAL lock_timeout = '5s';
LOCK TABLE ONLY :"last" IN SHARE UPDATE EXCLUSIVE MODE;
SET LOCAL lock_timeout = '50ms';
LOCK TABLE ONLY messages, ONLY :"last" IN ACCESS EXCLUSIVE MODE;
ALTER TABLE messages DETACH PARTITION :"last";
ALTER TABLE messages ATTACH PARTITION :"last" FOR VALUES FROM (:lower) TO (:'bound');
ALTER TABLE messages ATTACH PARTITION messages_later FOR VALUES FROM (:'bound') TO (MAXVALUE);
ALTER TABLE :"last" DROP CONSTRAINT messages_upper_bound;
