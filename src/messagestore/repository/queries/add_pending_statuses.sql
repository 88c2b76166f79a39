-- Keeps statuses until their messages come: $1 message_ids, $2 statuses, $3 errors, $4 when they came
-- about, $5 when they reached us. A message_id comes once with each status.
INSERT INTO pending_statuses AS known (message_id, status, error_message, occurred_at, received_at)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[])
ON CONFLICT (message_id, status) DO UPDATE SET
    error_message = LEAST(known.error_message, excluded.error_message),
    occurred_at = LEAST(known.occurred_at, excluded.occurred_at);
