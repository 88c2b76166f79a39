-- Does with a catch-all what enable.sql does with the partition that holds all time: it gets an end and a
-- :"name", and the one of create_partition.sql takes its place.
SET LOCAL statement_timeout = 0;
-- That it is durable waits for what writers commit next: the locks are not held for it.
SET LOCAL synchronous_commit = off;
-- Autovacuum gives way to whoever waits for a second, and no writer waits behind this lock.
SET LOCAL lock_timeout = '5s';
LOCK TABLE ONLY messages_later IN SHARE UPDATE EXCLUSIVE MODE;
SET LOCAL lock_timeout = '50ms';
LOCK TABLE ONLY messages, ONLY messages_later IN ACCESS EXCLUSIVE MODE;
ALTER TABLE messages DETACH PARTITION messages_later;
ALTER TABLE messages ATTACH PARTITION messages_later FOR VALUES FROM (:lower) TO (:'bound');
ALTER TABLE messages ATTACH PARTITION :"next" FOR VALUES FROM (:'bound') TO (MAXVALUE);
ALTER TABLE messages_later DROP CONSTRAINT messages_upper_bound;
ALTER TABLE messages_later RENAME TO :"name";
ALTER TABLE :"next" RENAME TO messages_later;
