"""The server of a benchmark: an embedded one of its own, with its durable settings."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import asyncpg

from messagestore.database.embedded import EmbeddedServer
from messagestore.database.migrator import migrate


@contextmanager
def throwaway_server() -> Iterator[tuple[EmbeddedServer, Path]]:
    """Start a server in a folder that is removed afterwards; give both."""
    folder = Path(tempfile.mkdtemp(prefix="messagestore-bench-"))
    folder.chmod(0o755)
    try:
        with EmbeddedServer(folder / "data") as server:
            yield server, folder
    finally:
        shutil.rmtree(folder)


async def empty_database(server: EmbeddedServer, name: str) -> str:
    """Make a database, where there is none of the name; return its URL."""
    connection = await asyncpg.connect(server.url("postgres"))
    with suppress(asyncpg.DuplicateDatabaseError):
        await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
    return server.url(name)


async def new_database(server: EmbeddedServer, name: str) -> str:
    """Make a database with our tables, where there is none of the name; return its URL."""
    url = await empty_database(server, name)
    await migrate(url)
    return url
