-- The counters of all conversations together. Reads each conversation once, and no message.
SELECT
    count(*) FILTER (WHERE total > 0) AS conversations,
    coalesce(sum(total), 0)::bigint AS total,
    coalesce(sum(incoming), 0)::bigint AS incoming,
    coalesce(sum(outgoing), 0)::bigint AS outgoing,
    coalesce(sum(with_media), 0)::bigint AS with_media,
    coalesce(sum(commands), 0)::bigint AS commands,
    coalesce(sum(failed), 0)::bigint AS failed
FROM conversations;
