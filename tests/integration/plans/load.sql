-- Some 220,000 messages of two years in 22,000 conversations, of which the largest has 22,000 and
-- the smallest one. $1 sentences and $2 the language (0, 1, …) that each is of.
WITH sentences AS MATERIALIZED (
    SELECT language, sentence,
        row_number() OVER (PARTITION BY language) - 1 AS place,
        count(*) OVER (PARTITION BY language) AS places
    FROM unnest($1::text[], $2::int[]) AS given (sentence, language)
),
languages AS MATERIALIZED (
    SELECT max(language) + 1 AS many, min(places) AS places FROM sentences
),
drawn AS MATERIALIZED (
    SELECT
        context,
        number,
        context % 3 = 1 AS grouped,
        '2024-03-01Z'::timestamptz + interval '1 second' * floor(CASE
            -- A broadcast, and an import of a history: many messages of one and the same second.
            WHEN context BETWEEN 500 AND 999 AND number = 1 THEN 50000000
            WHEN context = 1 AND number BETWEEN 10000 AND 10199 THEN 30000000
            -- Large ones that have been silent for a year, and that are new.
            WHEN context = 2 THEN 31536000 * (number - random()) / 11000
            WHEN context = 3 THEN 63072000 - 5184000 * (1 - (number - random()) / 7333)
            ELSE 63072000 * (number - random()) / (22000 / context)
        END) AS created_at,
        (context + CASE WHEN random() < 0.2 THEN number ELSE 0 END) % many AS language,
        floor(places * random()) AS first_place,
        floor(places * random() ^ 4) AS second_place,
        random() < 0.55 AS incoming,
        random() AS fate,
        random() AS media,
        random() AS kind,
        random() AS command,
        random() AS reply,
        random() AS person,
        random() AS deletion
    FROM languages, generate_series(1, 22000) AS context,
        LATERAL generate_series(1, 22000 / context) AS number
),
numbered AS (
    SELECT *, row_number() OVER (ORDER BY created_at) AS arrival FROM drawn
)
INSERT INTO messages (
    id, message_id, context_id, context_type, direction, sender, recipient, content,
    media_url, media_type, media_size, status, error_message, metadata, created_at,
    reply_to_message_id, is_bot_command, command_name, deleted_at, is_deleted
)
SELECT
    -- As identifiers.py makes them: the milliseconds of created_at, then what rises with arrival.
    (lpad(to_hex((extract(epoch FROM created_at) * 1000)::bigint), 12, '0') || '70008'
        || lpad(to_hex(arrival), 15, '0'))::uuid,
    format('m.%s.%s', context, number),
    format('c.%s', context),
    CASE WHEN grouped THEN 'group' ELSE 'private' END,
    CASE WHEN incoming THEN 'incoming' ELSE 'outgoing' END,
    CASE
        WHEN NOT incoming THEN 'bot'
        WHEN grouped THEN format('p.%s', 1 + floor(3000 * person ^ 3))
        ELSE format('c.%s', context)
    END,
    CASE WHEN incoming THEN 'bot' ELSE format('c.%s', context) END,
    CASE WHEN media > 0.05 THEN
        concat_ws(' ', one.sentence, two.sentence, CASE WHEN kind < 0.2 THEN arrival END)
    END,
    CASE WHEN media < 0.12 THEN 'https://example.org/' || arrival END,
    CASE
        WHEN media > 0.12 THEN NULL
        WHEN kind < 0.6 THEN 'image'
        WHEN kind < 0.8 THEN 'audio'
        WHEN kind < 0.9 THEN 'video'
        WHEN kind < 0.995 THEN 'document'
        ELSE 'location'
    END,
    CASE WHEN media < 0.12 THEN floor(1000000 * person) END,
    CASE
        WHEN incoming AND fate < 0.7 THEN 'delivered'
        WHEN incoming THEN 'read'
        WHEN fate < 0.045 THEN 'failed'
        WHEN fate < 0.055 THEN 'queued'
        WHEN fate < 0.15 THEN 'sent'
        WHEN fate < 0.5 THEN 'delivered'
        ELSE 'read'
    END,
    CASE WHEN NOT incoming AND fate < 0.045 THEN 'no such number' END,
    jsonb_build_object(
        'provider', CASE WHEN context % 4 = 0 THEN 'telegram' ELSE 'whatsapp' END,
        'order', jsonb_build_object('number', arrival, 'paid', kind < 0.01)
    ),
    created_at,
    CASE WHEN reply < 0.1 AND number > 1 THEN
        format('m.%s.%s', context, number - ceil(least(number - 1, 20) * person))
    END,
    command < 0.06,
    CASE WHEN command < 0.06 THEN
        (ARRAY['help', 'help', 'help', 'help', 'start', 'start', 'menu', 'order', 'stop'])[
            1 + floor(9 * kind)::int
        ] || CASE WHEN person < 0.01 THEN '_' || floor(100 * person) ELSE '' END
    END,
    CASE WHEN deletion < 0.01 THEN created_at END,
    deletion < 0.01
FROM numbered
JOIN sentences AS one ON one.language = numbered.language AND one.place = first_place
JOIN sentences AS two ON two.language = numbered.language AND two.place = second_place
ORDER BY arrival;
