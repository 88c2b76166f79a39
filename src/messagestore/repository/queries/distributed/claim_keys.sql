-- On Citus, the places of the messages are kept too (insert_messages.sql says why).
--
-- Takes message_ids ($1) that nothing is stored under, and returns those that it got. It waits for a
-- writer that is storing one of them. $2 context_ids, $3 ids: where the message is, or placeholders
-- (an empty context_id, the nil id) for messages that only statuses came of. The rows come sorted by
-- message_id, so that concurrent claims take their locks in one order.
WITH claimed AS (
    INSERT INTO message_keys (message_id, context_id, id)
    SELECT * FROM unnest($1::text[], $2::text[], $3::uuid[])
    ON CONFLICT DO NOTHING
    RETURNING message_id, context_id, id
),
places AS (
    INSERT INTO message_places (id, context_id)
    SELECT id, context_id FROM claimed WHERE id <> '00000000-0000-0000-0000-000000000000'
    ON CONFLICT DO NOTHING
    RETURNING id
)
SELECT message_id FROM claimed;
