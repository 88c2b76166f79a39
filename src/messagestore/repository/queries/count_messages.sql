-- Counts messages that are new: $1 context_ids, $2 types of context, $3 directions, $4 whether they
-- have media, $5 are commands, $6 failed, $7 when they were made, $8 whether they are deleted. Those
-- are counted as insert_messages.sql counts them, by whose order of locks it goes.
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
    count(*) FILTER (WHERE NOT is_deleted AND has_media),
    count(*) FILTER (WHERE NOT is_deleted AND is_command),
    count(*) FILTER (WHERE NOT is_deleted AND has_failed),
    min(created_at) FILTER (WHERE NOT is_deleted),
    max(created_at) FILTER (WHERE NOT is_deleted)
FROM unnest(
    $1::text[], $2::text[], $3::text[], $4::boolean[], $5::boolean[], $6::boolean[],
    $7::timestamptz[], $8::boolean[]
) AS new_messages (
    context_id, context_type, direction, has_media, is_command, has_failed, created_at, is_deleted
)
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
    last_message_at = GREATEST(known.last_message_at, excluded.last_message_at);
