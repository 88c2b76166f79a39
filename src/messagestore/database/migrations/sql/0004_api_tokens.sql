-- Who may use the HTTP API. Of a token only the hash is kept; it has 256 random bits, so a fast
-- hash is enough. Names stay taken after a token is revoked, for the record to be readable.
CREATE TABLE api_tokens (
    name       text        NOT NULL,
    hash       bytea       NOT NULL,
    scopes     text[]      NOT NULL,
    created_at timestamptz NOT NULL,
    revoked_at timestamptz,
    CONSTRAINT api_tokens_pkey PRIMARY KEY (name),
    CONSTRAINT api_tokens_name_size CHECK (octet_length(name) BETWEEN 1 AND 100),
    CONSTRAINT api_tokens_hash_size CHECK (octet_length(hash) = 32),
    CONSTRAINT api_tokens_scopes_known
        CHECK (scopes <> '{}' AND scopes <@ ARRAY['read', 'write', 'delete', 'admin'])
);
