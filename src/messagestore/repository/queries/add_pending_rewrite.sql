-- Keeps a rewrite until its message comes: $1 message_id, $2 kind, $3 subject, $4 when it came about,
-- $5 the record. Of the same subject the latest is kept.
INSERT INTO pending_rewrites AS known (message_id, kind, subject, occurred_at, record)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (message_id, kind, subject) DO UPDATE SET
    occurred_at = excluded.occurred_at,
    record = excluded.record
WHERE (excluded.occurred_at, excluded.record) > (known.occurred_at, known.record);
