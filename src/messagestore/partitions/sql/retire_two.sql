-- Does what retire.sql does, and drops the partition before it, :"empty", whose time the new one takes
-- too. Should a message have come into that meanwhile, nothing changes (55006).
SET LOCAL statement_timeout = 0;
-- Autovacuum gives way to whoever waits for a second, and no writer waits behind this lock.
SET LOCAL lock_timeout = '5s';
LOCK TABLE ONLY :"partition", ONLY :"empty" IN SHARE UPDATE EXCLUSIVE MODE;
SET LOCAL lock_timeout = '50ms';
LOCK TABLE ONLY messages, ONLY :"partition", ONLY :"empty" IN ACCESS EXCLUSIVE MODE;
ALTER TABLE messages DETACH PARTITION :"partition";
ALTER TABLE messages DETACH PARTITION :"empty";
-- After it is detached: on Citus that waits for who has committed on the coordinator, and not yet on the
-- worker, where the message cannot be seen before.
DO $$ BEGIN
    IF EXISTS (SELECT 1 FROM :"empty") THEN
        RAISE EXCEPTION 'a message came' USING ERRCODE = 'object_in_use';
    END IF;
END $$;
ALTER TABLE :"partition" RENAME TO :"expired";
DROP TABLE :"empty";
ALTER TABLE messages ATTACH PARTITION :"before" FOR VALUES FROM (:lower) TO (:upper);
