-- Drops a copy that is out of date.
SET LOCAL statement_timeout = 0;
SET LOCAL lock_timeout = '5s';
DROP TABLE messages_split;
DELETE FROM changes WHERE changes.transaction >= :'place'::xid8 AND ids = '{}';
