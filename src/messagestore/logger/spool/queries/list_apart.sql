-- The ids that are neither waiting nor deleted.
SELECT id, 1 AS in_quarantine FROM quarantine
UNION ALL
SELECT id, 0 FROM damaged;
