"""The servers of a test: one PostgreSQL, or the nodes of a Citus cluster.

A database exists on every node, and a clone of a distributed one is a distributed one: its shards
and Citus' own tables are cloned with it. Nothing needs to be joined or distributed again.
"""

import asyncio
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit, urlunsplit

import asyncpg

_CLOSED = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = $1 AND pid <> pg_backend_pid()
"""

_WORKERS = "SELECT nodename, nodeport FROM pg_dist_node WHERE groupid > 0 AND isactive"


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


@dataclass(frozen=True)
class Nodes:
    """The URLs of the servers, that which clients connect to first."""

    urls: tuple[str, ...]

    @classmethod
    async def of_cluster(cls, url: str) -> Self:
        """Find the workers of the cluster of a coordinator."""
        connection = await asyncpg.connect(url)
        rows = await connection.fetch(_WORKERS)
        await connection.close()
        return cls((url, *(_at(url, row["nodename"], row["nodeport"]) for row in rows)))

    @property
    def url(self) -> str:
        """The server that clients connect to."""
        return self.urls[0]

    def create(self, name: str, *, template: str | None = None) -> str:
        """Create a database, and return its URL."""
        statement = f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else "")
        asyncio.run(self._execute(statement))
        return in_database(self.url, name)

    def drop(self, name: str) -> None:
        """Drop a database that tests made."""
        asyncio.run(self._drop(f"DROP DATABASE {name} WITH (FORCE)"))

    def join(self, name: str) -> None:
        """Make one cluster of the databases of that name."""
        asyncio.run(self._join(name))

    def seal(self, name: str) -> None:
        """Let nobody into a database, Citus' own daemon neither: one in use cannot be cloned."""
        asyncio.run(self._seal(name))

    async def _execute(self, statement: str) -> None:
        await asyncio.gather(*(execute(url, statement) for url in self.urls))

    async def _drop(self, statement: str) -> None:
        # Where clients connect to first: from there connections to the others are made anew.
        coordinator, *workers = self.urls
        await execute(coordinator, statement)
        await asyncio.gather(*(execute(url, statement) for url in workers))

    async def _join(self, name: str) -> None:
        urls = [in_database(url, name) for url in self.urls]
        await asyncio.gather(
            *(execute(url, "CREATE EXTENSION IF NOT EXISTS citus") for url in urls)
        )
        coordinator, *workers = map(urlsplit, urls)
        await execute(
            urls[0],
            # Users belong to the whole server, so they are on the workers already.
            "SET citus.enable_create_role_propagation = off",
            f"SELECT citus_set_coordinator_host('{coordinator.hostname}', {coordinator.port})",
            *(f"SELECT citus_add_node('{worker.hostname}', {worker.port})" for worker in workers),
        )

    async def _seal(self, name: str) -> None:
        await self._execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        for url in self.urls:
            connection = await asyncpg.connect(url)
            await connection.fetch(_CLOSED, name)
            await connection.close()


def _at(url: str, host: str, port: int) -> str:
    parts = urlsplit(url)
    user = parts.netloc.rpartition("@")[0]
    return urlunsplit(parts._replace(netloc=f"{user}@{host}:{port}" if user else f"{host}:{port}"))
