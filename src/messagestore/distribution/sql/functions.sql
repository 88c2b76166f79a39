-- What takes two statements on Citus, as the first one's answer chooses the shard of the second. They
-- run where the client is connected to, and each statement in them is routed to one shard.

CREATE OR REPLACE FUNCTION messagestore_get(message uuid, made_at timestamptz, deleted_too boolean)
    RETURNS SETOF messages LANGUAGE plpgsql STABLE AS $$
DECLARE
    conversation text;
BEGIN
    SELECT context_id INTO conversation FROM message_places WHERE message_places.id = message;
    IF FOUND THEN
        RETURN QUERY
            SELECT *
            FROM messages
            WHERE messages.context_id = conversation AND messages.created_at = made_at
                AND messages.id = message AND (NOT messages.is_deleted OR deleted_too);
    END IF;
END $$;

-- The nearest first, hidden ones too. created_at is read from the id (identifiers.py), so that only its
-- month is looked into.
CREATE OR REPLACE FUNCTION messagestore_ancestors(conversation text, answered text, most integer)
    RETURNS SETOF messages LANGUAGE plpgsql STABLE AS $$
DECLARE
    place uuid;
    ancestor messages;
BEGIN
    FOR distance IN 1..most LOOP
        SELECT id INTO place
        FROM message_keys
        WHERE message_keys.message_id = answered AND message_keys.context_id = conversation;
        EXIT WHEN NOT FOUND;
        SELECT * INTO ancestor
        FROM messages
        WHERE messages.context_id = conversation AND messages.id = place
            AND messages.created_at = 'epoch'::timestamptz + interval '1 millisecond'
                * ('x' || left(replace(place::text, '-', ''), 12))::bit(48)::bigint;
        EXIT WHEN NOT FOUND;
        RETURN NEXT ancestor;
        answered := ancestor.reply_to_message_id;
        EXIT WHEN answered IS NULL;
    END LOOP;
END $$;
