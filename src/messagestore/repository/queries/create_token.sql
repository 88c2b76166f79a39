-- Add a token; no row when its name is taken.
INSERT INTO api_tokens (name, hash, scopes, created_at)
VALUES ($1, $2, $3::text[], $4)
ON CONFLICT DO NOTHING
RETURNING name, scopes, created_at, revoked_at;
