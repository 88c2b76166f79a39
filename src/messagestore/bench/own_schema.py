"""A schema of its own, with our tables, in a database that has others: made, used, and removed.

What connects by the URL that is given here finds each table of ours in this schema, which its
search_path names first; after it comes only that of the extensions, whose operators searches need.
Whether the server goes by it is asked before anything is made: a pooler may leave out what a client
asks for, and the user's own tables have the names of ours.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import asyncpg

from messagestore.database.migrator import VERSION_TABLE, migrate
from messagestore.database.migrator.connecting import opened
from messagestore.errors import DatabaseError

PREFIX = "messagestore_bench_"

_SECONDS_TO_CONNECT = 10.0
_SECONDS_TO_REMOVE = 120.0

_EXTENSIONS = """
    SELECT string_agg(DISTINCT quote_ident(nspname), ', ')
    FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace
    WHERE extname IN ('pg_trgm', 'btree_gin')
"""

_PLACE = "SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = 'messages'::regclass"

# As Alembic makes it, and before it does: the migrator looks for it along the search_path, would
# find the user's where that is beside the extensions, and take the tables for made.
_VERSION_TABLE = f"""
    CREATE TABLE {VERSION_TABLE} (
        version_num varchar(32) NOT NULL,
        CONSTRAINT {VERSION_TABLE}_pkc PRIMARY KEY (version_num)
    )
"""


def new_name() -> str:
    """Return a name that no schema has."""
    return PREFIX + secrets.token_hex(6)


@asynccontextmanager
async def own_schema(url: str, name: str, *, tell: Callable[[str], None]) -> AsyncIterator[str]:
    """Make the schema and our tables in it, give the URL to reach them by, and remove it all.

    It is removed also after an error or an interrupt; `tell` is called with a sentence when it is
    made and when it is gone. Raises DatabaseError where there is a schema of the name, where the
    database's user may make none, and where a pooler stands between.
    """
    own = _url(url, name)
    # Shielded, since whether there is something to remove must be known when this is cancelled.
    creating = asyncio.ensure_future(_create(own, name))
    try:
        extensions = await asyncio.shield(creating)
        tell(f"Measuring in a schema of its own, {name}; all others are left alone.")
        reached = _url(url, ", ".join(filter(None, (name, extensions))))
        await migrate(reached)
        await _require_own(reached, name)
        yield reached
    finally:
        await asyncio.wait([creating])
        if creating.exception() is None:
            await _remove(own, name)
            tell(f"The schema {name} is removed.")


def _url(url: str, search_path: str) -> str:
    """Return the URL of the same database, seen by this search_path."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True)) | {"search_path": search_path}
    return urlunsplit(parts._replace(query=urlencode(query, safe="/", quote_via=quote)))


async def _create(own: str, name: str) -> str | None:
    """Make the schema; return where the extensions are that the database has already."""
    with _explained(name):
        async with opened(own, _SECONDS_TO_CONNECT) as connection:
            if await connection.fetchval("SHOW search_path") != name:
                raise _pooled()
            async with connection.transaction():
                await connection.execute(f"CREATE SCHEMA {name}")
                await connection.execute(_VERSION_TABLE)
            extensions: str | None = await connection.fetchval(_EXTENSIONS)
            return extensions


async def _require_own(url: str, name: str) -> None:
    """Make sure, before anything is written, that it will not be into the tables of others."""
    async with opened(url, _SECONDS_TO_CONNECT) as connection:
        found = await connection.fetchval(_PLACE)
    if found != name:
        raise DatabaseError(f"The tables of the schema {name} are not the ones that are found.")


async def _remove(own: str, name: str) -> None:
    """Drop it, once those that were cut in the middle of a statement have let go of it."""
    try:
        async with opened(own, _SECONDS_TO_CONNECT, _SECONDS_TO_REMOVE) as connection:
            await connection.execute(f"DROP SCHEMA {name} CASCADE")
    except DatabaseError as error:
        raise DatabaseError(
            f"The schema {name} could not be removed ({type(error).__name__}); when the database "
            f"answers again, run: DROP SCHEMA {name} CASCADE"
        ) from error


@contextmanager
def _explained(name: str) -> Iterator[None]:
    """Say what the reasons mean for which a schema cannot be made."""
    try:
        yield
    except DatabaseError as error:
        cause = error.__cause__
        if isinstance(cause, asyncpg.ProtocolViolationError):
            raise _pooled() from error
        if isinstance(cause, asyncpg.DuplicateSchemaError):
            raise DatabaseError(
                f"The database has a schema {name} already; nothing was changed."
            ) from error
        if isinstance(cause, asyncpg.InsufficientPrivilegeError):
            raise DatabaseError(
                "The database's user may not make a schema; GRANT CREATE ON DATABASE allows it, "
                "or name another user in --database-url."
            ) from error
        raise


def _pooled() -> DatabaseError:
    return DatabaseError(
        "A pooler before the database does not pass on search_path, without which the schema of "
        "a benchmark cannot be told from yours; nothing was changed. Name PostgreSQL itself in "
        "--database-url."
    )
