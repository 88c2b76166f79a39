-- One sequence of ids for the whole file. Every id up to mark.last_id is in exactly one of entries,
-- quarantine, damaged and gone; one that is in none was lost.
-- Text is kept as BLOB, because text with a flipped byte might not be readable as text any more.
-- Times are milliseconds since 1970 in UTC. The checksum covers the table's name and all columns.

-- What waits for the database, oldest first.
CREATE TABLE entries (
    id        INTEGER PRIMARY KEY,
    stored_at INTEGER NOT NULL,
    key       BLOB,
    payload   BLOB NOT NULL,
    checksum  BLOB NOT NULL
) STRICT;

-- What the database refused for its content.
CREATE TABLE quarantine (
    id        INTEGER PRIMARY KEY,
    stored_at INTEGER NOT NULL,
    key       BLOB,
    payload   BLOB NOT NULL,
    reason    BLOB NOT NULL,
    checksum  BLOB NOT NULL
) STRICT;

-- What no longer matches its checksum, with the bytes that remain; no bytes when nothing was found.
CREATE TABLE damaged (
    id         INTEGER PRIMARY KEY,
    noticed_at INTEGER NOT NULL,
    remains    BLOB,
    checksum   BLOB NOT NULL
) STRICT;

-- Ids that were deleted, as ranges: draining oldest first keeps this one row.
CREATE TABLE gone (
    first    INTEGER PRIMARY KEY,
    last     INTEGER NOT NULL,
    checksum BLOB NOT NULL
) STRICT;

-- The highest id that was ever given.
CREATE TABLE mark (
    one      INTEGER PRIMARY KEY CHECK (one = 1),
    last_id  INTEGER NOT NULL,
    checksum BLOB NOT NULL
) STRICT;
