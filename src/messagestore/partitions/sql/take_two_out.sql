-- Takes two neighbours out of the messages, and drops :"empty", which is to be so. Should a message have
-- come into that meanwhile, nothing changes (55006). What :"partition" becomes is the matter of the
-- script that follows, in the same transaction.
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
DROP TABLE :"empty";
