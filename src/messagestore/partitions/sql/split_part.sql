-- Makes a part to copy into. Its indexes are built when it is full, in a third of the time.
SET LOCAL statement_timeout = 0;
CREATE TABLE :"part" (
    LIKE messages_split INCLUDING ALL EXCLUDING INDEXES,
    CONSTRAINT messages_part_bounds
        CHECK (created_at >= :'lower'::timestamptz AND created_at < :'upper'::timestamptz),
    PRIMARY KEY (id, created_at)
);
