"""Variants: the text of a statement where the tables are distributed, in place of its usual one.

The layout is read from the catalog once for each connection, as it is made, and not asked for by
any caller. So a pool goes over to the variants by itself when the tables are distributed while it
is open: `messagestore migrate --distributed` cuts its connections.
"""

from collections.abc import Coroutine, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import asyncpg

NO_VARIANTS: Mapping[str, str] = MappingProxyType({})

IS_DISTRIBUTED = """
SELECT EXISTS (
    SELECT FROM pg_class AS places JOIN pg_class AS messages USING (relnamespace)
    WHERE places.oid = to_regclass('message_places') AND messages.oid = to_regclass('messages')
)
"""
"""Whether message_places is there, which is made when all other tables are distributed, and nowhere
else. Beside messages: a schema of its own on a cluster may hold tables that are not."""

if TYPE_CHECKING:  # at run time this class takes no parameter
    _Connection = asyncpg.Connection[asyncpg.Record]
else:
    _Connection = asyncpg.Connection


class VariantConnection(_Connection):
    """A connection that runs the variant of each statement that has one."""

    variants = NO_VARIANTS

    async def choose(self, variants: Mapping[str, str]) -> None:
        """Take the variants up where the tables are distributed."""
        if variants and await self.fetchval(IS_DISTRIBUTED):
            self.variants = variants

    def fetch(self, query: str, *args: Any, **options: Any) -> Coroutine[Any, Any, Any]:
        """Run a statement and return its rows."""
        return super().fetch(self.variants.get(query, query), *args, **options)

    def fetchrow(self, query: str, *args: Any, **options: Any) -> Coroutine[Any, Any, Any]:
        """Run a statement and return its first row, if any."""
        return super().fetchrow(self.variants.get(query, query), *args, **options)

    def execute(self, query: str, *args: Any, **options: Any) -> Coroutine[Any, Any, str]:
        """Run a statement, or a script, and return the command's tag."""
        return super().execute(self.variants.get(query, query), *args, **options)
