-- Drops a partition that was taken out of the messages, and of which nothing is needed any more.
SET LOCAL statement_timeout = 0;
SET LOCAL lock_timeout = '5s';
DROP TABLE :"expired";
