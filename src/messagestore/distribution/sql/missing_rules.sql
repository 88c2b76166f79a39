-- What gives messages back the rules that it lacks: added first, which is quick, and proven then.
SELECT
    format('ALTER TABLE messages ADD CONSTRAINT %I %s NOT VALID', kept.conname,
        pg_get_constraintdef(kept.oid)) AS add_rule,
    format('ALTER TABLE messages VALIDATE CONSTRAINT %I', kept.conname) AS prove_rule,
    EXISTS (
        SELECT FROM pg_constraint AS known
        WHERE known.conrelid = 'messages'::regclass AND known.conname = kept.conname
    ) AS added
FROM pg_constraint AS kept
WHERE kept.conrelid = 'messages_rules'::regclass AND kept.contype = 'c'
    AND NOT EXISTS (
        SELECT FROM pg_constraint AS known
        WHERE known.conrelid = 'messages'::regclass AND known.conname = kept.conname
            AND known.convalidated
    )
ORDER BY kept.conname;
