"""The counters, counted again from the messages: what every sequence of operations must equal."""

from typing import Any

from messagestore.database.database import Database

_RECOUNT = """
SELECT context_id,
    count(*) AS total,
    count(*) FILTER (WHERE direction = 'incoming') AS incoming,
    count(*) FILTER (WHERE direction = 'outgoing') AS outgoing,
    count(*) FILTER (WHERE media_type IS NOT NULL) AS with_media,
    count(*) FILTER (WHERE is_bot_command) AS commands,
    count(*) FILTER (WHERE status = 'failed') AS failed,
    min(created_at) AS first_message_at,
    max(created_at) AS last_message_at
FROM messages WHERE NOT is_deleted GROUP BY context_id ORDER BY context_id
"""

_COUNTERS = """
SELECT context_id, total, incoming, outgoing, with_media, commands, failed,
    first_message_at, last_message_at
FROM conversations WHERE total > 0 ORDER BY context_id
"""

_MESSAGES = "SELECT message_id, context_id, id FROM messages ORDER BY message_id"

_KEYS = """
SELECT message_id, context_id, id FROM message_keys
WHERE id <> '00000000-0000-0000-0000-000000000000' ORDER BY message_id
"""

_PLACES_OF_MESSAGES = "SELECT id, context_id FROM messages ORDER BY id"

_PLACES = "SELECT id, context_id FROM message_places ORDER BY id"

_WITHOUT_PLACEHOLDER = """
SELECT count(*)
FROM (SELECT message_id FROM pending_statuses UNION ALL SELECT message_id FROM pending_rewrites)
    AS pending
LEFT JOIN message_keys USING (message_id)
WHERE id IS DISTINCT FROM '00000000-0000-0000-0000-000000000000'
"""


async def assert_counters_equal_recount(database: Database) -> None:
    """Compare every conversation's counters, and the keys with messages and early statuses."""
    assert await _rows(database, _COUNTERS) == await _rows(database, _RECOUNT)
    assert await _rows(database, _KEYS) == await _rows(database, _MESSAGES)
    if await database.fetch("SELECT WHERE to_regclass('message_places') IS NOT NULL"):
        assert await _rows(database, _PLACES) == await _rows(database, _PLACES_OF_MESSAGES)
    assert await _rows(database, _WITHOUT_PLACEHOLDER) == [{"count": 0}]


async def _rows(database: Database, query: str) -> list[dict[str, Any]]:
    return [dict(row) for row in await database.fetch(query)]
