"""A history of three years in one partition, made by the server itself: quicker than an import."""

from datetime import datetime, timedelta

import asyncpg

YEARS = timedelta(days=1095)
CONTEXTS = 5000

_ROWS = """
INSERT INTO messages (
    id, message_id, context_id, context_type, direction, sender, recipient, content, status,
    metadata, created_at
)
SELECT
    -- As identifiers.py makes them: the milliseconds of created_at, then what rises with arrival.
    (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '70008'
        || lpad(to_hex(number), 15, '0'))::uuid,
    'old.' || number, 'c.' || context, CASE WHEN context % 3 = 0 THEN 'group' ELSE 'private' END,
    CASE WHEN number % 2 = 0 THEN 'incoming' ELSE 'outgoing' END,
    CASE WHEN number % 2 = 0 THEN 'c.' || context ELSE 'bot' END,
    CASE WHEN number % 2 = 0 THEN 'bot' ELSE 'c.' || context END,
    format('order %s of %s, please send it to street %s', number, md5(context::text), number % 977),
    CASE WHEN number % 2 = 0 THEN 'read' ELSE 'sent' END,
    jsonb_build_object('provider', 'whatsapp', 'order', number % 1000), at
FROM generate_series($1::bigint, $2::bigint) AS number
CROSS JOIN LATERAL (
    SELECT (number * 7919) % $3 AS context,
        date_trunc('milliseconds', $4::timestamptz - ($5 - number) * $6::interval) AS at
) AS drawn
"""

_KEYS = "INSERT INTO message_keys SELECT message_id, context_id, id FROM messages ORDER BY 1"

_COUNTERS = """
INSERT INTO conversations
SELECT context_id, min(context_type), count(*), count(*) FILTER (WHERE direction = 'incoming'),
    count(*) FILTER (WHERE direction = 'outgoing'), 0, 0, 0, min(created_at), max(created_at)
FROM messages GROUP BY context_id
"""

_INDEXES = """
SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition
FROM pg_index WHERE indrelid = 'messages'::regclass AND NOT indisprimary
"""

_STEP = 250_000


async def fill(url: str, rows: int, *, until: datetime) -> None:
    """Load so many messages, evenly spread over the years before; indexes are built after it."""
    connection = await asyncpg.connect(url)
    indexes = await connection.fetch(_INDEXES)
    await connection.execute("SET maintenance_work_mem = '512MB'")
    for index in indexes:
        await connection.execute(f"DROP INDEX {index['name']}")
    for first in range(1, rows + 1, _STEP):
        last = min(first + _STEP - 1, rows)
        await connection.execute(_ROWS, first, last, CONTEXTS, until, rows, YEARS / rows)
    for index in indexes:
        await connection.execute(index["definition"].replace(" ON ONLY ", " ON "))
    await connection.execute(_KEYS)
    await connection.execute(_COUNTERS)
    await connection.execute("VACUUM (ANALYZE) messages, message_keys, conversations")
    await connection.execute("CHECKPOINT")
    await connection.close()
