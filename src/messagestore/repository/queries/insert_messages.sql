-- Stores a batch, counts it, and returns the message_ids that are new; the others were there before.
-- $1: a JSON array of objects, one a message, with the columns as keys: one array a column would cost
-- less here, but more where it is sent, and that process is the busier one. The rows come sorted by
-- message_id and without repetition, so that concurrent batches take their locks in one order.
WITH batch AS (
    SELECT *
    FROM json_to_recordset($1::json) AS batch (
        id uuid, message_id text, context_id text, context_type text, direction text, sender text,
        recipient text, content text, media_url text, media_type text, media_content_type text,
        media_size bigint, status text, error_message text, metadata jsonb, created_at timestamptz,
        delivered_at timestamptz, read_at timestamptz, reply_to_message_id text,
        is_bot_command boolean, is_admin_command boolean, command_name text,
        deleted_at timestamptz, is_deleted boolean
    )
),
new_keys AS (
    INSERT INTO message_keys (message_id, context_id, id)
    SELECT message_id, context_id, id FROM batch
    ON CONFLICT DO NOTHING
    RETURNING message_id, context_id, id
),
new_messages AS (
    INSERT INTO messages (
        id, message_id, context_id, context_type, direction, sender, recipient,
        content, media_url, media_type, media_content_type, media_size, status,
        error_message, metadata, created_at, delivered_at, read_at,
        reply_to_message_id, is_bot_command, is_admin_command, command_name, deleted_at,
        is_deleted
    )
    SELECT batch.*
    FROM batch
    JOIN new_keys ON new_keys.context_id = batch.context_id AND new_keys.id = batch.id
    RETURNING id, context_id, context_type, direction, media_type, is_bot_command, status,
        created_at, is_deleted
),
noted AS (
    INSERT INTO changes (kind, context_ids, ids)
    SELECT 'created', array_agg(context_id), array_agg(id) FROM new_messages HAVING count(*) > 0
),
counted AS (
    INSERT INTO conversations AS known (
        context_id, context_type, total, incoming, outgoing, with_media, commands, failed,
        first_message_at, last_message_at
    )
    SELECT
        context_id,
        min(context_type),
        count(*) FILTER (WHERE NOT is_deleted),
        count(*) FILTER (WHERE NOT is_deleted AND direction = 'incoming'),
        count(*) FILTER (WHERE NOT is_deleted AND direction = 'outgoing'),
        count(*) FILTER (WHERE NOT is_deleted AND media_type IS NOT NULL),
        count(*) FILTER (WHERE NOT is_deleted AND is_bot_command),
        count(*) FILTER (WHERE NOT is_deleted AND status = 'failed'),
        min(created_at) FILTER (WHERE NOT is_deleted),
        max(created_at) FILTER (WHERE NOT is_deleted)
    FROM new_messages
    GROUP BY context_id
    ORDER BY context_id
    ON CONFLICT (context_id) DO UPDATE SET
        total = known.total + excluded.total,
        incoming = known.incoming + excluded.incoming,
        outgoing = known.outgoing + excluded.outgoing,
        with_media = known.with_media + excluded.with_media,
        commands = known.commands + excluded.commands,
        failed = known.failed + excluded.failed,
        first_message_at = LEAST(known.first_message_at, excluded.first_message_at),
        last_message_at = GREATEST(known.last_message_at, excluded.last_message_at)
    RETURNING context_id
)
SELECT message_id FROM new_keys;
