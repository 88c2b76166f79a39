-- In which conversation a message is, for lookups by id. It exists where the tables are distributed and
-- nowhere else: the store knows the layout by it. So it is made when all the others are distributed.
CREATE TABLE message_places (
    id         uuid NOT NULL,
    context_id text NOT NULL,
    CONSTRAINT message_places_pkey PRIMARY KEY (id)
);
