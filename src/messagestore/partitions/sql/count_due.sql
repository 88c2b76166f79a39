-- How many messages of a partition are from before their horizon: that of their conversation ($3 which,
-- $4 horizons), else that of groups ($1) or of private contexts ($2). Without one nothing is.
SELECT count(*) AS due
FROM :"partition" AS messages
LEFT JOIN unnest($3::text[], $4::timestamptz[]) AS own (context_id, horizon)
    ON own.context_id = messages.context_id
WHERE messages.created_at < CASE
    WHEN own.context_id IS NOT NULL THEN own.horizon
    WHEN context_type = 'group' THEN $1::timestamptz
    ELSE $2::timestamptz
END;
