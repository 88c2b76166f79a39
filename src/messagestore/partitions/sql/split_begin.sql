-- Makes what the partition is copied into, beside the messages: a table with partitions of its own, which
-- takes the partition's place whole. Its CHECK, which every part has too, is the proof of its bounds.
-- :'note' is kept at it. A change that tells nothing is noted: as long as it is there, no change since
-- has been forgotten (it is given an hour less to live than they have, as long as no transaction takes).
SET LOCAL statement_timeout = 0;
CREATE TABLE messages_split (
    LIKE messages INCLUDING ALL,
    CONSTRAINT messages_split_bounds
        CHECK (created_at >= :'lower'::timestamptz AND created_at < :'upper'::timestamptz)
) PARTITION BY RANGE (created_at);
COMMENT ON TABLE messages_split IS :'note';
INSERT INTO changes (at, kind, context_ids, ids)
VALUES (now() - interval '1 hour', 'changed', '{}', '{}');
