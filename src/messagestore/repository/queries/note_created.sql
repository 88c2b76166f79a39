-- Notes messages that COPY wrote, with their conversations ($1) and ids ($2), as many a row as other
-- statements write at once. It is done while `partitions split` copies and compares, to which nothing
-- may be unknown; else it is not, so that a bulk load does not cut off those who listen to the stream.
INSERT INTO changes (kind, context_ids, ids)
SELECT 'created', array_agg(context_id ORDER BY place), array_agg(id ORDER BY place)
FROM unnest($1::text[], $2::uuid[]) WITH ORDINALITY AS created (context_id, id, place)
WHERE coalesce(to_regclass('messages_split'), to_regclass('messages_before_split')) IS NOT NULL
GROUP BY (place - 1) / 500
ORDER BY (place - 1) / 500;
