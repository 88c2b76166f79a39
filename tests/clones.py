"""Databases with our tables: a new clone for every test, or one that is emptied between them."""

import asyncio
from contextlib import suppress
from uuid import uuid4

import asyncpg

from tests.nodes import Nodes, in_database

_TIMEOUT = 30.0
"""Seconds for the emptying; a database that takes longer is thrown away."""

_OTHERS = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""

# What a test may have added, dropped or altered.
_SHAPE = """
SELECT md5(
    (SELECT version_num FROM messagestore_schema_version) || string_agg(
        concat_ws(' ', relname, relkind, relnatts, relchecks), ',' ORDER BY relname
    )
)
FROM pg_class WHERE relnamespace = 'public'::regnamespace
"""

_TABLES = """
SELECT quote_ident(relname) FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
    AND relname <> 'messagestore_schema_version'
"""


class Clones:
    """Lends databases that are clones of a template, and empty."""

    def __init__(self, nodes: Nodes, template: str, *, lent_again: bool) -> None:
        self._nodes = nodes
        self._template = template
        self._lent_again = lent_again
        self._spare: str | None = None
        self._shape: str | None = None

    def url(self, name: str) -> str:
        """Return where a database is."""
        return in_database(self._nodes.url, name)

    def lend(self) -> str:
        """Return the name of an empty one."""
        if spare := self._spare:
            self._spare = None
            return spare
        name = f"test_{uuid4().hex}"
        self._nodes.create(name, template=self._template)
        if self._lent_again and self._shape is None:
            self._shape = asyncio.run(_shape(self.url(name)))
        return name

    def take_back(self, name: str) -> None:
        """Empty a database for the next test, or drop it."""
        if self._lent_again and self._spare is None:
            with suppress(asyncpg.PostgresError, TimeoutError):
                if asyncio.run(_empty(self.url(name))) == self._shape:
                    self._spare = name
                    return
        self._nodes.drop(name)

    def close(self) -> None:
        """Drop what is left."""
        if self._spare:
            self._nodes.drop(self._spare)


async def _shape(url: str) -> str:
    connection = await asyncpg.connect(url)
    shape: str = await connection.fetchval(_SHAPE)
    await connection.close()
    return shape


async def _empty(url: str) -> str:
    """Delete all rows, which is quicker than TRUNCATE where nearly none are; return the shape."""
    connection = await asyncpg.connect(url, command_timeout=_TIMEOUT)
    try:
        await connection.fetch(_OTHERS)
        shape: str = await connection.fetchval(_SHAPE)
        for (table,) in await connection.fetch(_TABLES):
            await connection.execute(f"DELETE FROM {table}")
        return shape
    finally:
        await connection.close()
