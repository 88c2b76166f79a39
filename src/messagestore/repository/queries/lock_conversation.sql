-- Locks the counters of a conversation ($1), so that what is counted next is the whole truth.
SELECT context_id FROM conversations WHERE context_id = $1 FOR UPDATE;
