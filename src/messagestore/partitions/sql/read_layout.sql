-- The partitions of a table ($1), oldest first; of each also the bound that `enable` prepares, if any,
-- and whether it is one of another partition: those of a split are until all are taken out of its copy.
SELECT
    part.relname AS name,
    CASE WHEN bounds[1] <> 'MINVALUE' THEN btrim(bounds[1], '''')::timestamptz END AS lower,
    CASE WHEN bounds[2] <> 'MAXVALUE' THEN btrim(bounds[2], '''')::timestamptz END AS upper,
    CASE WHEN part.reltuples >= 0 THEN part.reltuples::bigint END AS rows,
    pg_total_relation_size(part.oid) AS bytes,
    substring(pg_get_expr(rule.conbin, part.oid) FROM '< ''([^'']+)''')::timestamptz AS bound,
    rule.convalidated AS proven,
    parentrelid <> $1::text::regclass AS nested
FROM pg_partition_tree($1::text::regclass) AS tree
JOIN pg_class AS part ON part.oid = tree.relid
CROSS JOIN regexp_match(pg_get_expr(part.relpartbound, part.oid), 'FROM \((.*)\) TO \((.*)\)')
    AS bounds
LEFT JOIN pg_constraint AS rule
    ON rule.conrelid = part.oid AND rule.conname = 'messages_upper_bound'
WHERE isleaf
ORDER BY upper NULLS LAST;
