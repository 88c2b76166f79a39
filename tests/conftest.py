"""A database of its own for every test, cloned from one that was migrated once.

The server is the embedded one, or that of MESSAGESTORE_TEST_DATABASE_URL, whose user must be
allowed to create databases.
"""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import pytest

from messagestore import MessageStore, Settings
from messagestore.database.embedded import EmbeddedServer
from messagestore.database.migrator import migrate

# Here, because xdist's controller prints the table, and reads no conftest below this one.
pytest_plugins = ("tests.faults.table",)

UNSAFE_BUT_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def in_database(server_url: str, database: str) -> str:
    """Return the URL of another database of the same server."""
    return urlunsplit(urlsplit(server_url)._replace(path=f"/{database}"))


async def execute(url: str, *statements: str) -> None:
    """Run statements, each by itself, on a connection of their own."""
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


class Clock:
    """A clock that goes on only when told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **step: float) -> datetime:
        self.now += timedelta(**step)
        return self.now


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """A server to test on."""
    if url := os.environ.get("MESSAGESTORE_TEST_DATABASE_URL"):
        yield url
        return
    # Not below pytest's tmp_path: that is closed to others, and under root the server is another.
    folder = Path(tempfile.mkdtemp(prefix="messagestore-tests-"))
    folder.chmod(0o755)
    try:
        with EmbeddedServer(folder / "data", extra_settings=UNSAFE_BUT_FAST) as server:
            yield server.url("postgres")
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def template(server_url: str) -> Iterator[str]:
    """The name of a database with our tables, to be cloned."""
    name = f"template_{uuid4().hex}"
    asyncio.run(execute(server_url, f"CREATE DATABASE {name}"))
    asyncio.run(migrate(in_database(server_url, name)))
    yield name
    asyncio.run(execute(server_url, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def empty_database_url(server_url: str) -> Iterator[str]:
    """A database without tables."""
    name = f"test_{uuid4().hex}"
    asyncio.run(execute(server_url, f"CREATE DATABASE {name}"))
    yield in_database(server_url, name)
    asyncio.run(execute(server_url, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def database_url(server_url: str, template: str) -> Iterator[str]:
    """A database with our tables and no message."""
    name = f"test_{uuid4().hex}"
    asyncio.run(execute(server_url, f"CREATE DATABASE {name} TEMPLATE {template}"))
    yield in_database(server_url, name)
    asyncio.run(execute(server_url, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def clock() -> Clock:
    """The time in tests: it stands still until it is advanced."""
    return Clock()


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings for the test's database, with a spool of its own."""
    return Settings(
        database_url=database_url, search_upkeep_seconds=0, spool_dir=tmp_path / "spool"
    )


@pytest.fixture
async def store(settings: Settings, clock: Clock) -> AsyncIterator[MessageStore]:
    """An open store with no message in it."""
    async with MessageStore.open(settings=settings, clock=clock) as store:
        yield store
