-- Whether a part ($1) is there already, to be filled.
SELECT EXISTS (
    SELECT FROM pg_constraint
    WHERE conrelid = to_regclass($1) AND conname = 'messages_part_bounds'
) AS filling;
