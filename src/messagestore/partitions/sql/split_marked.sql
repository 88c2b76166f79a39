-- Whether no change since the transaction $1 has been forgotten (split_begin.sql).
SELECT EXISTS (
    SELECT FROM changes WHERE changes.transaction >= $1::bigint::text::xid8 AND ids = '{}'
) AS marked;
