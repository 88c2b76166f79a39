-- Citus wants the distribution column in every unique key. Those of the partitions are built, so that
-- the parent takes them over, and no row is read under the lock.
SET LOCAL lock_timeout = '50ms';
ALTER TABLE messages DROP CONSTRAINT messages_pkey;
