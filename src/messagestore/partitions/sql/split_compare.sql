-- Messages with ids after $1 up to $2, and times from $3 to $4, that are otherwise in the partitions than
-- they were in what was split, though no change of them was noted since the switch ($5, a transaction).
-- Whether one is to be there at all, its key says.
SELECT id, created_at
FROM (
    SELECT * FROM messages_before_split
    WHERE id > $1 AND id <= $2 AND created_at BETWEEN $3 AND $4
) AS old
FULL JOIN (
    SELECT * FROM messages WHERE id > $1 AND id <= $2 AND created_at BETWEEN $3 AND $4
) AS new USING (id, created_at)
WHERE old IS DISTINCT FROM new
    AND (
        old.id IS NOT NULL AND new.id IS NOT NULL
        OR (new.id IS NULL) = EXISTS (
            SELECT FROM message_keys
            WHERE message_keys.message_id = coalesce(old.message_id, new.message_id)
                AND message_keys.id = coalesce(old.id, new.id)
        )
    )
    AND NOT EXISTS (
        SELECT FROM changes
        WHERE changes.transaction >= $5::bigint::text::xid8
            AND ids @> ARRAY[coalesce(old.id, new.id)]
    );
