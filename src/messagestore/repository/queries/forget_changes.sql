-- Removes changes from before $1, of the $2 oldest; returns them.
DELETE FROM changes
WHERE ctid = ANY (ARRAY(
    SELECT place
    FROM (SELECT ctid AS place, at FROM changes ORDER BY transaction, number LIMIT $2) AS oldest
    WHERE at < $1
))
RETURNING number;
