-- Reads the whole partition, beside readers and writers.
SET LOCAL lock_timeout = 0;
SET LOCAL statement_timeout = 0;
ALTER TABLE :"kept" VALIDATE CONSTRAINT messages_lower_bound;
