-- Keeps a status until its message comes: $1 message_id, $2 status, $3 error, $4 when it came
-- about, $5 when it reached us.
INSERT INTO pending_statuses AS known (message_id, status, error_message, occurred_at, received_at)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (message_id, status) DO UPDATE SET
    error_message = LEAST(known.error_message, excluded.error_message),
    occurred_at = LEAST(known.occurred_at, excluded.occurred_at);
