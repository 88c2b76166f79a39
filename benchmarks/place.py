"""Where a benchmark measures: an embedded server with durable settings, and a folder.

Whatever ends the benchmark, the server is stopped and the folder removed: by a process that does
not end with it (`keeper.py`).
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any

import asyncpg

from benchmarks.keeper import DATA
from messagestore import MessageStore, Settings
from messagestore.bench.machine import Machine
from messagestore.database.embedded import EmbeddedServer
from messagestore.database.migrator import migrate


class Place:
    """A server that runs, and a folder that is removed afterwards."""

    def __init__(self, server: EmbeddedServer, folder: Path) -> None:
        self.server = server
        self.folder = folder

    def machine(self) -> Machine:
        """Describe the machine, and how busy it is now."""
        return Machine.now(self.server.status().version)

    async def empty_database(self, name: str) -> str:
        """Make a database, where there is none of the name; return its URL."""
        connection = await asyncpg.connect(self.server.url("postgres"))
        with suppress(asyncpg.DuplicateDatabaseError):
            await connection.execute(f"CREATE DATABASE {name}")
        await connection.close()
        return self.server.url(name)

    async def new_database(self, name: str) -> str:
        """Make a database with our tables, where there is none of the name; return its URL."""
        url = await self.empty_database(name)
        await migrate(url)
        return url

    def store(self, url: str, **settings: Any) -> AbstractAsyncContextManager[MessageStore]:
        """Open a store on a database, with a spool of its own."""
        spool = Path(tempfile.mkdtemp(prefix="spool-", dir=self.folder))
        return MessageStore.open(settings=Settings(database_url=url, spool_dir=spool, **settings))


@contextmanager
def throwaway_place() -> Iterator[Place]:
    """Give a server whose data is removed afterwards."""
    with _kept() as folder:
        yield Place(EmbeddedServer(folder / DATA), folder)


@contextmanager
def lasting_place(data_dir: Path) -> Iterator[Place]:
    """Give the server of a folder that stays."""
    with _kept(str(data_dir)) as folder:
        yield Place(EmbeddedServer(data_dir), folder)


@contextmanager
def _kept(*data_dir: str) -> Iterator[Path]:
    # In a session of its own, so that neither Ctrl-C nor a closed terminal is for the keeper.
    with subprocess.Popen(  # noqa: S603 (our own program)
        [sys.executable, "-m", "benchmarks.keeper", *data_dir],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as keeper:
        assert keeper.stdout is not None  # noqa: S101 (for the types)
        if not (folder := keeper.stdout.readline().strip()):
            raise SystemExit("The benchmark has no server: the error above says why.")
        yield Path(folder)
    if keeper.returncode:
        raise SystemExit("What the benchmark made is left: the error above says why.")
