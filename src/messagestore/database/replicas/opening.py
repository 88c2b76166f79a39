"""What a store's reads are asked of, opened and closed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress

from messagestore.database.database import Database
from messagestore.database.reader import Reader
from messagestore.database.replicas.own_writes import OwnWrites
from messagestore.database.replicas.primary import PATIENCE, Primary
from messagestore.database.replicas.replica import FRESH_SECONDS, Replica
from messagestore.database.replicas.replicas import Replicas
from messagestore.settings import Settings


@asynccontextmanager
async def opened_reader(database: Database, url: str, settings: Settings) -> AsyncIterator[Reader]:
    """Give the primary itself where the settings name no replica, and else its replicas.

    `url` is that of the primary, whose pool `database` is.
    """
    if not settings.replica_urls:
        yield database
        return
    async with AsyncExitStack() as stack:
        reader = await _open(database, url, settings, stack)
        looking = asyncio.create_task(reader.keep_looking())
        try:
            yield reader
        finally:
            looking.cancel()
            with suppress(asyncio.CancelledError):
                await looking


async def _open(
    database: Database, url: str, settings: Settings, stack: AsyncExitStack
) -> Replicas:
    quick = {"connect_timeout": min(settings.connect_timeout, PATIENCE)}
    watching = settings.model_copy(update=quick | {"pool_max_size": 1, "command_timeout": PATIENCE})
    reading = settings.model_copy(update=quick)

    async def open_pool(url: str, settings: Settings) -> Database:
        pool = await Database.open(url, settings, database.variants)
        stack.push_async_callback(pool.close)
        return pool

    primary = Primary(await open_pool(url, watching))
    max_lag = settings.replica_max_lag_seconds
    replicas = [
        Replica(
            number,
            await open_pool(replica_url.get_secret_value(), reading),
            await open_pool(replica_url.get_secret_value(), watching),
            primary,
            max_lag,
        )
        for number, replica_url in enumerate(settings.replica_urls, start=1)
    ]
    # Twice: what is known of the primary, and of a replica, may each be as old as that.
    own_writes = OwnWrites(primary.position, keep_seconds=max_lag + 2 * FRESH_SECONDS)
    stack.push_async_callback(own_writes.close)
    return Replicas(database, primary, replicas, own_writes, deadline=settings.command_timeout)
