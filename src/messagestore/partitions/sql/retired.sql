-- The partitions that were taken out of the messages and are not dropped yet.
SELECT retired.relname AS name
FROM pg_class AS retired
JOIN pg_class AS messages USING (relnamespace)
WHERE messages.oid = 'messages'::regclass AND retired.relname ~ '^messages_expired_'
    AND retired.relkind = 'r'
ORDER BY 1;
