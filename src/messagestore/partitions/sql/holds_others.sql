-- Whether a partition holds messages of conversations ($1), or of types of contexts ($2) outside other
-- conversations ($3).
SELECT EXISTS (SELECT 1 FROM :"partition" WHERE context_id = ANY ($1::text[]))
    OR EXISTS (
        SELECT 1 FROM :"partition"
        WHERE context_type = ANY ($2::text[]) AND context_id <> ALL ($3::text[])
    ) AS holds_others;
