-- What BuilderBot's adapter makes (codigoencasa/builderbot, packages/database-postgres 1.2.6-alpha.0):
-- the same columns and keys, and a function that takes the same steps.
CREATE TABLE IF NOT EXISTS contact (
    id serial PRIMARY KEY,
    phone varchar(255),
    created_at timestamp DEFAULT current_timestamp,
    updated_in timestamp,
    last_interaction timestamp,
    "values" jsonb
);

CREATE TABLE IF NOT EXISTS history (
    id serial PRIMARY KEY,
    ref varchar(255) NOT NULL,
    keyword varchar(255),
    answer text NOT NULL,
    refserialize text NOT NULL,
    phone varchar(255),
    options jsonb,
    created_at timestamp DEFAULT current_timestamp,
    updated_in timestamp,
    contact_id integer REFERENCES contact (id)
);

CREATE OR REPLACE FUNCTION save_or_update_history_and_contact(
    ref varchar(255), keyword varchar(255), answer text, refserialize text, person varchar(255),
    options jsonb
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    known integer;
BEGIN
    SELECT contact.id INTO known FROM contact WHERE contact.phone = person;
    IF known IS NULL THEN
        INSERT INTO contact (phone) VALUES (person) RETURNING contact.id INTO known;
    ELSE
        UPDATE contact SET last_interaction = current_timestamp WHERE contact.id = known;
    END IF;
    INSERT INTO history
        (ref, keyword, answer, refserialize, phone, options, contact_id, created_at)
    VALUES (ref, keyword, answer, refserialize, person, options, known, current_timestamp);
END
$$;
