"""The seam to Alembic: one revision in one transaction, with the version written in the same.

Alembic's `MigrationContext` is used by itself, as its documentation offers, and not through
`env.py`: that way works on proxies global to the process (`alembic.op`), and two databases that
migrate in one process would take each other's.
"""

from pathlib import Path
from typing import Any, TextIO

import asyncpg
from alembic.runtime.migration import MigrationContext, MigrationStep
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection

from messagestore.database.migrator.schema import VERSION_TABLE
from messagestore.database.migrator.step import Step
from messagestore.database.migrator.watch import Watch


def _options(scripts: ScriptDirectory, wanted: list[str]) -> dict[str, Any]:
    steps = [
        MigrationStep.upgrade_from_script(scripts.revision_map, scripts.get_revision(revision))
        for revision in wanted
    ]
    return {
        "fn": lambda _heads, _context: steps,
        "script": scripts,
        "transaction_per_migration": True,
        "version_table": VERSION_TABLE,
    }


def apply_revision(
    connection: Connection, scripts: ScriptDirectory, revision: str, watch: Watch
) -> None:
    """Run one revision, commit it together with its version, or change nothing and raise."""
    context = MigrationContext.configure(connection, opts=_options(scripts, [revision]))
    context.run_migrations(step=Step(context, Path(scripts.dir), watch))


def print_revisions(
    scripts: ScriptDirectory, wanted: list[str], since: str | None, buffer: TextIO
) -> None:
    """Write the SQL of the revisions, each in its transaction, with its version."""
    for previous, revision in zip([since, *wanted], wanted, strict=False):
        options = _options(scripts, [revision])
        options |= {"as_sql": True, "output_buffer": buffer, "starting_rev": previous}
        context = MigrationContext.configure(dialect_name="postgresql+asyncpg", opts=options)
        context.run_migrations(step=Step(context, Path(scripts.dir), None))


def driver_error(error: Exception) -> Exception:
    """Return the first error of the driver.

    SQLAlchemy wraps it, and a lost connection makes what comes after it, such as Alembic's return
    from autocommit, fail once more.
    """
    first, link = error, error.__cause__ or error.__context__
    while link is not None:
        if isinstance(link, asyncpg.PostgresError | asyncpg.InterfaceError | OSError):
            first = link
        link = link.__cause__ or link.__context__
    return first
