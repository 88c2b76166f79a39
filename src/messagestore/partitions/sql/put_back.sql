-- Puts messages ($1) of a partition that was taken out back to the others, unless they were deleted.
INSERT INTO messages
SELECT expired.*
FROM ONLY :"expired" AS expired
JOIN message_keys ON message_keys.message_id = expired.message_id AND message_keys.id = expired.id
WHERE expired.id = ANY ($1::uuid[])
ON CONFLICT DO NOTHING;
