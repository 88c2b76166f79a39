-- Makes the table of a partition, as messages is. On Citus it is distributed here already, as making its
-- shards takes a second, which would otherwise be spent under the locks of what follows.
CREATE TABLE :"partition" (LIKE messages INCLUDING ALL);
DO $$ BEGIN
    IF to_regclass('message_places') IS NOT NULL THEN
        PERFORM create_distributed_table(
            ':"partition"', 'context_id', colocate_with => 'messages'
        );
    END IF;
END $$;
