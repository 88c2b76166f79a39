-- Drops what a build that was interrupted has left.
SELECT format('DROP INDEX CONCURRENTLY %s', indexrelid::regclass) AS statement
FROM pg_index
WHERE indexrelid = to_regclass(:'index') AND NOT indisvalid;
