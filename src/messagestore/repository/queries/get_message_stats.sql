-- The counters of a conversation ($1).
SELECT * FROM conversations WHERE context_id = $1;
