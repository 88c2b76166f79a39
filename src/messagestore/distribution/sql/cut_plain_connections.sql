-- Ends the connections that do not keep places yet; they come back, and do.
SELECT count(pg_terminate_backend(pid))
FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'messagestore' AND pid <> pg_backend_pid();
