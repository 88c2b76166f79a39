-- Fails unless the index :'index' of :'table' is valid, and with it those of all partitions.
DO $check$ BEGIN
    IF NOT EXISTS (
        SELECT FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
        WHERE i.indrelid = :'table'::regclass AND c.relname = :'index' AND i.indisvalid
    ) THEN
        RAISE EXCEPTION USING
            ERRCODE = 'object_not_in_prerequisite_state',
            MESSAGE = 'the index ' || :'index' || ' is not valid; drop it and migrate again';
    END IF;
END $check$;
