-- How far a split has come: what it notes at its tables, and whether messages_split is in use already.
SELECT
    obj_description(to_regclass('messages_split'), 'pg_class') AS copy,
    obj_description(to_regclass('messages_before_split'), 'pg_class') AS old,
    EXISTS (SELECT FROM pg_inherits WHERE inhrelid = to_regclass('messages_split')) AS switched;
