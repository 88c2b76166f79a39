-- Says of a partition again, as its bounds do already, where it begins: so that it need not be read
-- when its bounds change.
SET LOCAL lock_timeout = '50ms';
ALTER TABLE :"kept" DROP CONSTRAINT IF EXISTS messages_lower_bound;
ALTER TABLE :"kept" ADD CONSTRAINT messages_lower_bound
    CHECK (created_at >= :'lower'::timestamptz) NOT VALID;
