-- The key with the distribution column, beside the writers; swap_key.sql makes it the primary one.
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS :"index" ON :"partition" (context_id, id, created_at);
