-- Lets another have the partition's name: that of its first part.
SET LOCAL lock_timeout = '50ms';
ALTER TABLE :"partition" RENAME TO :"new";
