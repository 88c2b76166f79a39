-- Edits, reactions and deletions that came before their message; applied, and removed, when it lands.
-- `record` is what is to be done, as the spool keeps it. `subject` tells apart what replaces each
-- other: the id of an edit, the sender of a reaction.
CREATE TABLE pending_rewrites (
    message_id  text        NOT NULL,
    kind        text        NOT NULL,
    subject     text        NOT NULL,
    occurred_at timestamptz NOT NULL,
    record      jsonb       NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pending_rewrites_pkey PRIMARY KEY (message_id, kind, subject),
    CONSTRAINT pending_rewrites_kind_known CHECK (kind IN ('edit', 'react', 'hide')),
    CONSTRAINT pending_rewrites_subject_size CHECK (octet_length(subject) <= 512)
);
