-- Keeps the CHECK constraints of messages as those of a table without rows. While that is there, the
-- tables are not done.
CREATE TABLE IF NOT EXISTS messages_rules (LIKE messages INCLUDING CONSTRAINTS);
