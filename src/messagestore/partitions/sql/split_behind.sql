-- How many messages were written since the transaction $1, of those with ids from $2 on and below $3;
-- counted up to $4.
SELECT count(*) AS behind
FROM (
    SELECT FROM changes, unnest(ids) AS written (id)
    WHERE changes.transaction >= $1::bigint::text::xid8 AND id >= $2 AND id < $3
    LIMIT $4
) AS written;
