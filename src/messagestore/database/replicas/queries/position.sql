-- Where the primary's log ends: what is committed lies before that.
--
-- At a border of pages the server tells the place behind the header of a page, or of a segment,
-- that is not written yet. A replica never gets there while nothing is written, so the border it is.
WITH log AS (SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn AS ends)
SELECT (
    ends - CASE
        WHEN ends % pg_size_bytes(current_setting('wal_segment_size')) = 40 THEN 40
        WHEN ends % current_setting('wal_block_size')::int = 24 THEN 24
        ELSE 0
    END
)::bigint AS position
FROM log;
