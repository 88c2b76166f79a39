-- How far the next partition may reach, $1 at most, so that no more than $2 messages move from the
-- catch-all at once, and those that share the last one's time. Times are stored to the millisecond,
-- so a microsecond more is after that, and no boundary of a day: it shows that there is more to come.
SELECT coalesce(
    (
        SELECT created_at + interval '1 microsecond' FROM messages_later
        WHERE created_at < $1
        ORDER BY created_at NULLS FIRST
        OFFSET $2 - 1 LIMIT 1
    ),
    $1
) AS slice_end;
