-- Applies one status to one message, and nothing when it changes nothing; returns the row if it did.
-- $1 context_id, $2 created_at, $3 id; $4 the status, $5 its error, $6 when it came about.
-- Every part takes the highest, or the earliest, of what was seen, so that any order and any
-- repetition ends the same: the status rises; delivered_at is the earliest delivered or read;
-- an error stays while, and only while, the status is failed.
WITH ranks AS (
    SELECT
        messages.status AS was,
        array_position(ARRAY['queued', 'sent', 'failed', 'delivered', 'read'], messages.status)
            AS old_rank,
        array_position(ARRAY['queued', 'sent', 'failed', 'delivered', 'read'], $4::text)
            AS new_rank
    FROM messages
    WHERE context_id = $1 AND created_at = $2 AND id = $3
    FOR UPDATE
),
changed AS (
    UPDATE messages
    SET status = CASE WHEN new_rank > old_rank THEN $4::text ELSE status END,
        error_message = CASE
            WHEN GREATEST(new_rank, old_rank) <> 3 THEN NULL
            WHEN $4 = 'failed' THEN LEAST(error_message, $5)
            ELSE error_message
        END,
        delivered_at = CASE
            WHEN $4 IN ('delivered', 'read') THEN LEAST(delivered_at, $6) ELSE delivered_at
        END,
        read_at = CASE WHEN $4 = 'read' THEN LEAST(read_at, $6) ELSE read_at END
    FROM ranks
    WHERE context_id = $1 AND created_at = $2 AND id = $3
        AND (
            new_rank > old_rank
            OR ($4 = 'failed' AND was = 'failed' AND $5 < coalesce(error_message, $5 || '.'))
            OR ($4 IN ('delivered', 'read') AND $6 < coalesce(delivered_at, 'infinity'))
            OR ($4 = 'read' AND $6 < coalesce(read_at, 'infinity'))
        )
    RETURNING messages.*, ranks.was
),
counted AS (
    UPDATE conversations
    SET failed = failed + (changed.status = 'failed')::int - (changed.was = 'failed')::int
    FROM changed
    WHERE conversations.context_id = $1 AND changed.context_id = $1 AND NOT changed.is_deleted
        AND (changed.status = 'failed') <> (changed.was = 'failed')
    RETURNING conversations.context_id
)
SELECT * FROM changed;
