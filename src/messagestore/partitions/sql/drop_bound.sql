-- Takes back what an `enable` that did not end has left.
SET LOCAL lock_timeout = '50ms';
ALTER TABLE :"last" DROP CONSTRAINT IF EXISTS messages_upper_bound;
