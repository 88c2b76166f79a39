-- Drops a part that is not to be filled any more.
SET LOCAL statement_timeout = 0;
SET LOCAL lock_timeout = '5s';
DROP TABLE :"part";
