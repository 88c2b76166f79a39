-- Holds the counters of conversations ($1) for the rest of the transaction, as lock_conversation.sql does
-- with one. An update that changes nothing, because Citus locks one value of context_id only with FOR
-- UPDATE. The conversations come sorted.
UPDATE conversations SET total = total WHERE context_id = ANY ($1::text[]);
