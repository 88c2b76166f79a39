-- The places of what was stored before they were kept.
INSERT INTO message_places (id, context_id)
SELECT id, context_id FROM message_keys WHERE id <> '00000000-0000-0000-0000-000000000000'
ON CONFLICT DO NOTHING;
