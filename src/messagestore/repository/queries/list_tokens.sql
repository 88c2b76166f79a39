-- Every token there ever was. There are a handful.
SELECT name, hash, scopes, created_at, revoked_at FROM api_tokens;
