"""Brings the tables to this version, one migration at a time, on Alembic.

docs/explanation/migrations.md says what is promised and how to add a migration, and
docs/adr/0001-migrations.md why it is built so. Alembic and SQLAlchemy are imported when there is
something to migrate and not before: the store checks the schema at every start, and must not pay
half a second for that.
"""

from pathlib import Path

from messagestore.database.migrator.call import Call
from messagestore.database.migrator.connecting import opened
from messagestore.database.migrator.runner import run
from messagestore.database.migrator.schema import (
    MIGRATIONS,
    VERSION_TABLE,
    check_schema,
    current_version,
    head_revision,
    missing_revisions,
)

__all__ = [
    "MIGRATIONS",
    "PATIENCE",
    "VERSION_TABLE",
    "check_schema",
    "current_version",
    "head_revision",
    "migrate",
    "pending",
    "render_sql",
]

PATIENCE = 300.0
"""Seconds that one migration keeps trying to get its locks, and that the turn is waited for."""


async def migrate(
    database_url: str,
    *,
    folder: Path = MIGRATIONS,
    patience: float = PATIENCE,
    connect_timeout: float = 10.0,
) -> list[str]:
    """Apply what is missing and return its revisions; nothing missing is no error and no wait.

    Safe from many processes at once: one works, the others wait and find the work done. No writer
    waits more than a second for it. Raises DatabaseUnavailable when the server is not there or the
    locks could not be had within `patience` seconds, SchemaMismatch when the tables are newer than
    this version, and DatabaseError for what an operator must put right.
    """
    return await run(Call(database_url, folder, patience, connect_timeout))


async def pending(
    database_url: str, *, folder: Path = MIGRATIONS, connect_timeout: float = 10.0
) -> list[str]:
    """Return the revisions that `migrate` would apply. Raises as `migrate` does."""
    async with opened(database_url, connect_timeout) as connection:
        return await missing_revisions(connection, folder)


def render_sql(*, since: str | None = None, folder: Path = MIGRATIONS) -> str:
    """Return, for psql, the SQL that `migrate` would run after revision `since` (None: empty)."""
    from messagestore.database.migrator.offline import render  # noqa: PLC0415 (imports Alembic)

    return render(folder, since)
