-- Messages by their full keys: $1 context_ids, $2 created_ats, $3 ids; deleted ones too. All are
-- from $4 to $5, so that no other months are looked at, or planned for.
SELECT messages.*
FROM unnest($1::text[], $2::timestamptz[], $3::uuid[]) AS wanted (context_id, created_at, id)
JOIN messages
    ON messages.context_id = wanted.context_id
    AND messages.created_at = wanted.created_at
    AND messages.id = wanted.id
WHERE messages.created_at BETWEEN $4 AND $5;
