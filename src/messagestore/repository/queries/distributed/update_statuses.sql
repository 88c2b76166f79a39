-- On Citus, FOR UPDATE needs one value of the distribution column, and a batch has many: an update that
-- changes nothing takes the same locks, and returns the statuses under them. Citus runs the parts of
-- the statement one after the other, and each sees what the one before it did.
--
-- Applies statuses to messages, one row a message, and nothing where they change nothing; returns the
-- rows that changed. $1 context_ids, $2 created_ats, $3 ids; $4 the highest status, $5 its error,
-- $6 the earliest delivery, $7 the earliest reading; all are from $8 to $9, so that no other
-- months are planned for.
-- Every part takes the highest, or the earliest, of what was seen, so that any order and any
-- repetition ends the same: the status rises; delivered_at is the earliest delivered or read;
-- an error stays while, and only while, the status is failed.
WITH batch AS (
    SELECT *
    FROM unnest(
        $1::text[], $2::timestamptz[], $3::uuid[], $4::text[], $5::text[], $6::timestamptz[],
        $7::timestamptz[]
    ) AS batch (context_id, created_at, id, status, error, delivered_at, read_at)
),
locked AS (
    UPDATE messages SET status = messages.status
    FROM batch
    WHERE messages.context_id = batch.context_id
        AND messages.created_at = batch.created_at
        AND messages.id = batch.id
        AND messages.created_at BETWEEN $8 AND $9
    RETURNING
        messages.context_id, messages.created_at, messages.id, messages.status AS was,
        batch.status, batch.error, batch.delivered_at, batch.read_at
),
known AS (
    SELECT
        locked.*,
        array_position(ARRAY['queued', 'sent', 'failed', 'delivered', 'read'], was) AS old_rank,
        array_position(ARRAY['queued', 'sent', 'failed', 'delivered', 'read'], status) AS new_rank
    FROM locked
),
changed AS (
    UPDATE messages
    SET status = CASE WHEN new_rank > old_rank THEN known.status ELSE messages.status END,
        error_message = CASE
            WHEN GREATEST(new_rank, old_rank) <> 3 THEN NULL
            WHEN new_rank = 3 THEN LEAST(error_message, known.error)
            ELSE error_message
        END,
        delivered_at = LEAST(messages.delivered_at, known.delivered_at),
        read_at = LEAST(messages.read_at, known.read_at)
    FROM known
    WHERE messages.context_id = known.context_id
        AND messages.created_at = known.created_at
        AND messages.id = known.id
        AND messages.created_at BETWEEN $8 AND $9
        AND (
            new_rank > old_rank
            OR (new_rank = 3 AND old_rank = 3
                AND known.error < coalesce(error_message, known.error || '.'))
            OR known.delivered_at < coalesce(messages.delivered_at, 'infinity')
            OR known.read_at < coalesce(messages.read_at, 'infinity')
        )
    RETURNING messages.*, known.was
),
noted AS (
    INSERT INTO changes (kind, context_ids, ids)
    SELECT 'changed', array_agg(context_id), array_agg(id) FROM changed HAVING count(*) > 0
),
recounted AS (
    SELECT context_id, sum((status = 'failed')::int - (was = 'failed')::int) AS failures
    FROM changed
    WHERE NOT is_deleted AND (status = 'failed') <> (was = 'failed')
    GROUP BY context_id
),
counted AS (
    UPDATE conversations
    SET failed = failed + recounted.failures
    FROM recounted
    WHERE conversations.context_id = recounted.context_id
    RETURNING conversations.context_id
)
SELECT * FROM changed;
