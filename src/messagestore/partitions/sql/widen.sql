-- Drops the last partition, which is empty, and lets the one before it take its time too. Should a
-- message have come into it meanwhile, nothing changes (55006), and the layout is looked at again.
SET LOCAL statement_timeout = 0;
-- Autovacuum gives way to whoever waits for a second, and no writer waits behind this lock.
SET LOCAL lock_timeout = '5s';
LOCK TABLE ONLY :"kept", ONLY :"empty" IN SHARE UPDATE EXCLUSIVE MODE;
SET LOCAL lock_timeout = '50ms';
LOCK TABLE ONLY messages, ONLY :"kept", ONLY :"empty" IN ACCESS EXCLUSIVE MODE;
ALTER TABLE messages DETACH PARTITION :"kept";
ALTER TABLE messages DETACH PARTITION :"empty";
-- As in retire_two.sql, after it is detached.
DO $$ BEGIN
    IF EXISTS (SELECT 1 FROM :"empty") THEN
        RAISE EXCEPTION 'a message came' USING ERRCODE = 'object_in_use';
    END IF;
END $$;
DROP TABLE :"empty";
ALTER TABLE messages ATTACH PARTITION :"kept" FOR VALUES FROM (:lower) TO (MAXVALUE);
ALTER TABLE :"kept" DROP CONSTRAINT IF EXISTS messages_lower_bound;
