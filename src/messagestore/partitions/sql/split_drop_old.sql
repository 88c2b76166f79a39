-- Drops what was split: every message of it is in the partitions.
SET LOCAL statement_timeout = 0;
SET LOCAL lock_timeout = '5s';
DROP TABLE messages_before_split;
DELETE FROM changes WHERE changes.transaction >= :'place'::xid8 AND ids = '{}';
