"""Connections for migrating: asyncpg alone reads the URL, so that it means the same everywhere."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

import asyncpg

from messagestore.database.faults import translated
from messagestore.errors import DatabaseError

APPLICATION_NAME = "messagestore-migrate"
OLDEST_SERVER = 150_000

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


async def connect(url: str, connect_timeout: float, command_timeout: float | None) -> Connection:
    """Connect, with no named statements: behind pgbouncer they would meet another server."""
    connection: Connection = await asyncpg.connect(
        url,
        timeout=connect_timeout,
        command_timeout=command_timeout,
        statement_cache_size=0,
        server_settings={"application_name": APPLICATION_NAME},
    )
    return connection


@asynccontextmanager
async def opened(
    url: str, connect_timeout: float, command_timeout: float | None = 10.0
) -> AsyncIterator[Connection]:
    """Lend a connection. Raises DatabaseError for a server on which the store cannot work."""
    with translated():
        connection = await connect(url, connect_timeout, command_timeout)
        try:
            await _refuse_unfit(connection)
            yield connection
        finally:
            await close(connection)


async def close(connection: Connection) -> None:
    """Close politely, but within two seconds: a frozen server must not hold us."""
    try:
        await connection.close(timeout=2)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        connection.terminate()


async def _refuse_unfit(connection: Connection) -> None:
    setting: Any = await connection.fetchval(
        "SELECT ARRAY[current_setting('server_version_num'), current_setting('server_encoding')]"
    )
    version, encoding = setting
    if int(version) < OLDEST_SERVER:
        raise DatabaseError(
            f"The server is PostgreSQL {int(version) // 10_000}; messagestore needs 15 or newer."
        )
    if encoding != "UTF8":
        raise DatabaseError(
            f"The database's encoding is {encoding}, which cannot hold every message; create one "
            "with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0."
        )
