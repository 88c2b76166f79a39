"""A database of its own for every test, cloned from one that was migrated once.

The server is the embedded one, or that of MESSAGESTORE_TEST_DATABASE_URL, whose user must be
allowed to create databases. MESSAGESTORE_TEST_LAYOUT says how the messages lie in it: `plain` (one
partition), `months` (36 of them) or `citus` (in the cluster of MESSAGESTORE_TEST_CITUS_URL). A
clone of the latter two is hundreds of files, so there one is emptied and lent again.
"""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from messagestore import MessageStore, Settings
from messagestore.database.embedded import EmbeddedServer
from messagestore.database.migrator import migrate
from messagestore.distribution import distribute
from tests.clones import Clones
from tests.integration.partitions.layouts import make_months
from tests.nodes import Nodes, execute, in_database

__all__ = ["execute", "in_database"]

# Here, because xdist's controller prints the table, and reads no conftest below this one.
pytest_plugins = ("tests.faults.table",)

UNSAFE_BUT_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Clock:
    """A clock that goes on only when told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **step: float) -> datetime:
        self.now += timedelta(**step)
        return self.now


LAYOUT = os.environ.get("MESSAGESTORE_TEST_LAYOUT", "plain")
CITUS_URL = os.environ.get("MESSAGESTORE_TEST_CITUS_URL")


@pytest.fixture(scope="session")
def nodes() -> Iterator[Nodes]:
    """The servers to test on: mostly one."""
    if LAYOUT == "citus":
        assert CITUS_URL, "MESSAGESTORE_TEST_CITUS_URL must name the cluster"
        yield asyncio.run(Nodes.of_cluster(CITUS_URL))
        return
    if url := os.environ.get("MESSAGESTORE_TEST_DATABASE_URL"):
        yield Nodes((url,))
        return
    # Not below pytest's tmp_path: that is closed to others, and under root the server is another.
    folder = Path(tempfile.mkdtemp(prefix="messagestore-tests-"))
    folder.chmod(0o755)
    try:
        with EmbeddedServer(folder / "data", extra_settings=UNSAFE_BUT_FAST) as server:
            yield Nodes((server.url("postgres"),))
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def server_url(nodes: Nodes) -> str:
    """The server to test on, the coordinator of a cluster."""
    return nodes.url


@pytest.fixture(scope="session")
def template(nodes: Nodes) -> Iterator[str]:
    """The name of a database with our tables, to be cloned."""
    name = f"template_{uuid4().hex}"
    url = nodes.create(name)
    if LAYOUT == "citus":
        nodes.join(name)
    asyncio.run(migrate(url))
    if LAYOUT == "months":
        asyncio.run(make_months(url))
    elif LAYOUT == "citus":
        asyncio.run(distribute(url))
    nodes.seal(name)
    yield name
    nodes.drop(name)


@pytest.fixture
def empty_database_url(nodes: Nodes) -> Iterator[str]:
    """A database without tables."""
    name = f"test_{uuid4().hex}"
    yield nodes.create(name)
    nodes.drop(name)


@pytest.fixture(scope="session")
def clones(nodes: Nodes, template: str) -> Iterator[Clones]:
    """The databases with our tables."""
    clones = Clones(nodes, template, lent_again=LAYOUT != "plain")
    yield clones
    clones.close()


@pytest.fixture
def database_url(clones: Clones) -> Iterator[str]:
    """A database with our tables and no message."""
    name = clones.lend()
    yield clones.url(name)
    clones.take_back(name)


@pytest.fixture
def clock() -> Clock:
    """The time in tests: it stands still until it is advanced."""
    return Clock()


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings for the test's database, with a spool of its own; nothing happens by itself."""
    return Settings(
        database_url=database_url,
        search_upkeep_seconds=0,
        partition_upkeep_seconds=0,
        spool_dir=tmp_path / "spool",
        # The nodes of a cluster share a machine in tests; what is slow is not to go to the spool.
        log_deadline=30.0 if LAYOUT == "citus" else 2.0,
    )


@pytest.fixture
async def store(settings: Settings, clock: Clock) -> AsyncIterator[MessageStore]:
    """An open store with no message in it."""
    async with MessageStore.open(settings=settings, clock=clock) as store:
        yield store
