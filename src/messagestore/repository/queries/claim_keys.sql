-- Holds message_ids ($1) for the rest of the transaction: waits for a writer that is storing one of
-- them, and returns those whose message is not there. $2 context_ids, $3 ids; release_keys.sql undoes
-- it. The rows come sorted by message_id, so that concurrent claims take their locks in one order.
INSERT INTO message_keys (message_id, context_id, id)
SELECT * FROM unnest($1::text[], $2::text[], $3::uuid[])
ON CONFLICT DO NOTHING
RETURNING message_id;
