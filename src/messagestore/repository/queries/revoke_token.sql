-- Revoke a token ($1) at a time ($2); one that is revoked keeps its time. No row: no such token.
UPDATE api_tokens SET revoked_at = coalesce(revoked_at, $2)
WHERE name = $1
RETURNING name, scopes, created_at, revoked_at;
