"""A primary of its own, streaming replicas of it, and stores that read from them."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from pydantic import SecretStr

from messagestore import MessageStore, Settings
from messagestore.database.migrator import migrate
from messagestore.database.replicas import Replicas
from tests.conftest import execute
from tests.faults.load import until
from tests.servers import Server, bindir, running_server

Open = Callable[..., AbstractAsyncContextManager[MessageStore]]
MakeStandby = Callable[[], Server]
_numbers = itertools.count(1)

PATIENT = 600.0
"""A lag that no pause in a test comes to, so that the replica is not left out meanwhile."""


def replicas_of(store: MessageStore) -> Replicas:
    """Return what the store reads from."""
    assert isinstance(store.reader, Replicas)
    return store.reader


async def eventually(ask: Callable[[], Awaitable[bool]]) -> None:
    """Ask until the answer is yes."""
    async with asyncio.timeout(20):
        while not await ask():  # noqa: ASYNC110 (what a server does has no event)
            await asyncio.sleep(0.01)


async def until_all_in_use(store: MessageStore) -> None:
    """Wait until no replica is left out."""
    await until(lambda: all(one.in_use for one in replicas_of(store).replicas))


async def until_level(store: MessageStore) -> None:
    """Wait until every replica has what the primary has by now."""
    replicas = replicas_of(store)
    position = await replicas.own_writes._ask()
    for replica in replicas.replicas:
        await eventually(partial(replica.has_replayed, position))


@asynccontextmanager
async def paused(standby: Server) -> AsyncIterator[None]:
    """Let a replica replay nothing meanwhile."""
    connection = await asyncpg.connect(standby.url())
    try:
        await connection.execute("SELECT pg_wal_replay_pause()")
        await eventually(
            lambda: connection.fetchval("SELECT pg_get_wal_replay_pause_state() = 'paused'")
        )
        yield
    finally:
        # Also after a failure, which would be that of every test that follows.
        await connection.execute("SELECT pg_wal_replay_resume()")
        connection.terminate()


@pytest.fixture(scope="module")
def primary() -> Iterator[Server]:
    """A primary that no test harms."""
    with running_server(bindir()) as server:
        yield server


@pytest.fixture(scope="module")
def standby(primary: Server) -> Iterator[Server]:
    """A replica that no test harms."""
    with primary.standby("standby") as server:
        yield server


@pytest.fixture
def make_standby(primary: Server) -> Iterator[MakeStandby]:
    """Make a replica, which the test may harm."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(primary.standby(f"standby-{next(_numbers)}"))


@pytest.fixture
def database(primary: Server) -> str:
    """The name of a database with our tables."""
    name = f"test_{next(_numbers)}"
    asyncio.run(execute(primary.url(), f"CREATE DATABASE {name}"))
    asyncio.run(migrate(primary.url(name)))
    return name


@pytest.fixture
def make_settings(primary: Server, database: str, tmp_path: Path) -> Callable[..., Settings]:
    """Make settings for a store that has these replicas."""

    def make(*standbys: Server, **values: Any) -> Settings:
        defaults: dict[str, Any] = {
            "database_url": primary.url(database),
            "replica_urls": tuple(SecretStr(one.url(database)) for one in standbys),
            "search_upkeep_seconds": 0,
            "partition_upkeep_seconds": 0,
            "spool_dir": tmp_path / f"spool-{next(_numbers)}",
        }
        return Settings(**defaults | values)

    return make


@pytest.fixture
def open_store(make_settings: Callable[..., Settings]) -> Open:
    """Open a store with replicas, which are in use, and level, when it is given."""

    @asynccontextmanager
    async def open_one(*standbys: Server, **values: Any) -> AsyncIterator[MessageStore]:
        async with MessageStore.open(settings=make_settings(*standbys, **values)) as store:
            if standbys:
                await until_all_in_use(store)
                await until_level(store)
            yield store

    return open_one
