"""What message_places gains and costs on a cluster, in ratios of one run (docs/adr/0022-citus.md).

The two ways of a question take turns, so that a machine that slows down slows both; quoted is the
median of the ratios. The messages that are stored without a place are left so: the database is the
benchmark's own.
"""

import statistics
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial

import asyncpg

from messagestore.bench.ingest import new_message, timed
from messagestore.message import Message
from messagestore.repository.queries import sql
from messagestore.repository.queries.distributed import variants
from messagestore.repository.rows import to_document

TURNS = 200
BATCHES = (1, 100)

_ASKED = "SELECT id, created_at FROM messages ORDER BY created_at DESC LIMIT $1"
_EVERY_SHARD = "SELECT * FROM messages WHERE created_at = $2 AND id = $1 AND (NOT is_deleted OR $3)"


async def print_ratios(driver: asyncpg.Connection) -> None:
    """Print how much longer a lookup by id takes without places, and an insert with them."""
    print("| of one run | ratio |\n|---|---|")
    print(f"| by id: every shard / its place, then its shard | {await _lookups(driver):.2f} |")
    for size in BATCHES:
        ratio = await _inserts(driver, size)
        print(f"| insert of {size}: with places / without | {ratio:.2f} |", flush=True)


async def _lookups(driver: asyncpg.Connection) -> float:
    routed = await driver.prepare(variants()[sql("get")])
    fanned = await driver.prepare(_EVERY_SHARD)
    ratios = []
    for row in await driver.fetch(_ASKED, TURNS):
        place = row["id"], row["created_at"], True
        ratios.append(await _ratio(partial(fanned.fetch, *place), partial(routed.fetch, *place)))
    return statistics.median(ratios)


async def _inserts(driver: asyncpg.Connection, size: int) -> float:
    with_places = await driver.prepare(variants()[sql("insert_messages")])
    without = await driver.prepare(sql("insert_messages"))
    ratios = []
    for _ in range(max(10, TURNS // size)):
        one, other = partial(with_places.fetch, _batch(size)), partial(without.fetch, _batch(size))
        ratios.append(await _ratio(one, other))
    return statistics.median(ratios)


def _batch(size: int) -> str:
    now = datetime.now(UTC)
    messages = [Message.from_new(new_message("places"), now=now) for _ in range(size)]
    return to_document(sorted(messages, key=lambda message: message.message_id))


async def _ratio(
    one: Callable[[], Awaitable[object]], other: Callable[[], Awaitable[object]]
) -> float:
    return await timed(one()) / await timed(other())
