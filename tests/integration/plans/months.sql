-- 36 months, 2024-02 to 2027-01, of which 34 hold messages: one conversation that writes every hour,
-- one that has been silent for two years, and 500 that write now and then.
WITH drawn AS (
    SELECT format('c.%s', context) AS context_id, number, context,
        '2024-02-01Z'::timestamptz + CASE context
            WHEN 1 THEN number * interval '1 hour'
            WHEN 2 THEN number * interval '1 hour'
            ELSE (number * 97 + context) % 1030 * interval '1 day' + context * interval '1 minute'
        END AS created_at
    FROM generate_series(1, 502) AS context,
        LATERAL generate_series(1, CASE context WHEN 1 THEN 24700 WHEN 2 THEN 5000 ELSE 40 END)
            AS number
)
INSERT INTO messages (
    id, message_id, context_id, context_type, direction, sender, recipient, content, media_type,
    status, created_at, reply_to_message_id, is_bot_command, command_name
)
SELECT
    -- As identifiers.py makes them: the milliseconds of created_at, then what rises with arrival.
    (lpad(to_hex((extract(epoch FROM created_at) * 1000)::bigint), 12, '0') || '70008'
        || lpad(to_hex(row_number() OVER (ORDER BY created_at)), 15, '0'))::uuid,
    format('m.%s.%s', context, number),
    context_id,
    'private',
    CASE WHEN number % 2 = 0 THEN 'incoming' ELSE 'outgoing' END,
    CASE WHEN number % 2 = 0 THEN context_id ELSE 'bot' END,
    CASE WHEN number % 2 = 0 THEN 'bot' ELSE context_id END,
    'hello',
    CASE WHEN number % 9 = 0 THEN 'image' END,
    CASE WHEN number % 31 = 0 THEN 'failed' ELSE 'read' END,
    created_at,
    CASE WHEN number % 5 = 0 THEN format('m.%s.%s', context, number - 1) END,
    number % 11 = 0,
    CASE WHEN number % 11 = 0 THEN 'help' END
FROM drawn;
