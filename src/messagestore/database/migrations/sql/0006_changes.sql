-- What was committed, for the stream: one row for each statement that wrote messages, so that it
-- costs little. `transaction` tells what is final: a transaction below pg_snapshot_xmin has ended, so
-- nothing can come before it any more. Rows are removed when nobody can resume from them.
CREATE TABLE changes (
    transaction xid8        NOT NULL DEFAULT pg_current_xact_id(),
    number      bigint      GENERATED ALWAYS AS IDENTITY,
    at          timestamptz NOT NULL DEFAULT now(),
    kind        text        NOT NULL,
    context_ids text[]      NOT NULL,
    ids         uuid[]      NOT NULL,
    CONSTRAINT changes_pkey PRIMARY KEY (transaction, number),
    CONSTRAINT changes_kind_known CHECK (kind IN ('created', 'changed', 'removed'))
);
