-- Copies the next $3 messages after the id $1 and before the id $2; returns the last one's id. Ids begin
-- with created_at, so their order is that of time.
WITH copied AS (
    INSERT INTO :"part"
    SELECT * FROM ONLY :"partition"
    WHERE id > $1 AND id < $2
    ORDER BY id
    LIMIT $3
    RETURNING id
)
SELECT count(*) AS copied, max(id::text)::uuid AS last FROM copied;
