-- Takes the CHECK constraints from messages, with which its rows could not be moved beside writers.
SET LOCAL lock_timeout = '50ms';
DO $$
DECLARE
    rule name;
BEGIN
    FOR rule IN
        SELECT conname FROM pg_constraint
        WHERE conrelid = 'messages'::regclass AND contype = 'c'
    LOOP
        EXECUTE format('ALTER TABLE messages DROP CONSTRAINT %I', rule);
    END LOOP;
END $$;
