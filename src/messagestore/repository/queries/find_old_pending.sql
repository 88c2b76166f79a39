-- Message_ids for which something has waited since before $1, with repetitions, $2 at most.
SELECT message_id FROM pending_statuses WHERE received_at < $1
UNION ALL
SELECT message_id FROM pending_rewrites WHERE received_at < $1
LIMIT $2;
