-- Messages whose metadata contain $1, newest first, older than ($2, $3); $4 at most.
-- What many messages contain fills the page from the newest thousand (47,000 of 220,000: 1 ms, where
-- finding and sorting all took 90). Else the index finds every match, to be sorted then.
WITH recent AS MATERIALIZED (
    SELECT *
    FROM messages
    WHERE (created_at, id) < ($2, $3) AND created_at <= $2
    ORDER BY created_at DESC NULLS LAST, id DESC NULLS LAST
    LIMIT 1000
),
near AS MATERIALIZED (
    SELECT *
    FROM recent
    WHERE metadata @> $1::jsonb AND NOT is_deleted
    ORDER BY created_at DESC, id DESC
    LIMIT $4
),
filled AS MATERIALIZED (
    SELECT count(*) = $4 AS by_near FROM near
),
matches AS MATERIALIZED (
    SELECT *
    FROM messages
    WHERE metadata @> $1::jsonb AND NOT is_deleted AND NOT (SELECT by_near FROM filled)
)
SELECT * FROM near WHERE (SELECT by_near FROM filled)
UNION ALL
SELECT * FROM matches WHERE (created_at, id) < ($2, $3)
ORDER BY created_at DESC, id DESC
LIMIT $4;
