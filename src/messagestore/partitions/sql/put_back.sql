-- Puts messages ($1 context_ids, $2 ids, $3 message_ids) of a partition that was taken out back to the
-- others, unless they were deleted. Their keys are asked first: on Citus they lie elsewhere.
WITH kept AS (
    SELECT id FROM message_keys WHERE message_id = ANY ($3::text[]) AND id = ANY ($2::uuid[])
)
INSERT INTO messages
SELECT expired.*
FROM :"expired" AS expired
WHERE context_id = ANY ($1::text[]) AND id IN (SELECT id FROM kept)
ON CONFLICT DO NOTHING;
