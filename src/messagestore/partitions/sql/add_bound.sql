-- Lets nothing from :'bound' on into the last partition: only so can it be proven, beside the
-- writers, that nothing of that is in it. Such a row is told to come back (database/faults.py).
SET LOCAL lock_timeout = '50ms';
ALTER TABLE :"last" ADD CONSTRAINT messages_upper_bound
    CHECK (created_at >= :'lower'::timestamptz AND created_at < :'bound'::timestamptz) NOT VALID;
