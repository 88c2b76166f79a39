"""Which version the tables have, and which one this package wants. Needs no Alembic."""

from functools import cache
from pathlib import Path
from typing import Any, Protocol

from messagestore.errors import SchemaMismatch

MIGRATIONS = Path(__file__).parent.parent / "migrations"
"""The folder of this package's migrations: `versions/0001_tables.py` runs `sql/0001_tables.sql`."""

VERSION_TABLE = "messagestore_schema_version"
"""Not Alembic's default name: a bot may keep its own tables, and its own Alembic, beside ours."""


class Reader(Protocol):
    """What is needed of an asyncpg connection, be it one of a pool or not."""

    async def fetchval(self, query: str, /) -> Any:
        """Return the first column of the first row."""


@cache
def revisions(folder: Path = MIGRATIONS) -> tuple[str, ...]:
    """Return the revisions of a folder in their order: a file's name starts with its revision."""
    files = (folder / "versions").glob("[0-9]*_*.py")
    return tuple(sorted(path.name.partition("_")[0] for path in files))


def head_revision(folder: Path = MIGRATIONS) -> str:
    """Return the revision that this version of messagestore needs."""
    return revisions(folder)[-1]


async def current_version(connection: Reader) -> str | None:
    """Return the revision of the tables that the connection sees, None when there are none."""
    if await connection.fetchval(f"SELECT to_regclass('{VERSION_TABLE}')::text") is None:
        return None
    version: str | None = await connection.fetchval(
        f"SELECT max(version_num) FROM {VERSION_TABLE}"  # noqa: S608 (a constant)
    )
    return version


def _too_new(version: str, head: str) -> SchemaMismatch:
    return SchemaMismatch(
        f"The database's tables have version {version}, newer than the {head} that this "
        "messagestore knows; upgrade messagestore."
    )


async def check_schema(connection: Reader, *, folder: Path = MIGRATIONS) -> None:
    """Raise SchemaMismatch, with the remedy, unless the tables have exactly our version."""
    version, head = await current_version(connection), head_revision(folder)
    if version is None:
        raise SchemaMismatch(
            "The database has no tables of messagestore yet; run `messagestore migrate`."
        )
    if version not in revisions(folder):
        raise _too_new(version, head)
    if version != head:
        raise SchemaMismatch(
            f"The database's tables have version {version}, and this messagestore needs {head}; "
            "run `messagestore migrate`."
        )


async def missing_revisions(connection: Reader, folder: Path) -> list[str]:
    """Return the revisions after the tables' own. Raises SchemaMismatch when they are newer."""
    version, known = await current_version(connection), revisions(folder)
    if version is None:
        return list(known)
    if version not in known:
        raise _too_new(version, known[-1])
    return list(known[known.index(version) + 1 :])
