-- Makes the table of create_partition.sql the next partition, from :'lower', where the catch-all begins,
-- to :'upper', and moves into it what the catch-all has of that. Nobody can look meanwhile, so nobody
-- misses what is moving.
SET LOCAL statement_timeout = 0;
-- That it is durable waits for what writers commit next: the locks are not held for it.
SET LOCAL synchronous_commit = off;
-- Autovacuum gives way to whoever waits for a second, and no writer waits behind this lock.
SET LOCAL lock_timeout = '5s';
LOCK TABLE ONLY messages_later IN SHARE UPDATE EXCLUSIVE MODE;
SET LOCAL lock_timeout = '50ms';
LOCK TABLE ONLY messages, ONLY messages_later IN ACCESS EXCLUSIVE MODE;
ALTER TABLE messages DETACH PARTITION messages_later;
WITH moved AS (
    DELETE FROM messages_later WHERE created_at < :'upper' RETURNING *
)
INSERT INTO :"partition" SELECT * FROM moved;
ALTER TABLE messages ATTACH PARTITION :"partition" FOR VALUES FROM (:'lower') TO (:'upper');
ALTER TABLE messages ATTACH PARTITION messages_later FOR VALUES FROM (:'upper') TO (MAXVALUE);
