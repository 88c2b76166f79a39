"""Says what went wrong with a migration, and what to do about it."""

import asyncpg
from alembic.util import CommandError

from messagestore.database.faults import translate
from messagestore.database.migrator.watch import Watch
from messagestore.errors import DatabaseError, DatabaseUnavailable

_RIGHTS = "42501"
_NOT_AVAILABLE = ("0A000", "58P01")
_OF_VALUES = ("22", "23")
_OF_OBJECTS = ("0A", "2B", "3F", "42", "55")


def out_of_patience(revision: str, watch: Watch, seconds: float) -> DatabaseUnavailable:
    """Return the error for locks that could not be had."""
    waits_for = watch.waits_for or "work that others wait for"
    return DatabaseUnavailable(
        f"Migration {revision} could not get its locks for {seconds:.0f} s without making writers "
        f"wait; it changed nothing. It waited for: {waits_for}. End those transactions, or "
        "run `messagestore migrate` again at a quieter hour."
    )


def explain(error: Exception, revision: str) -> DatabaseError:
    """Return our error for what the driver, or Alembic, raised while `revision` ran."""
    if isinstance(error, asyncpg.PostgresError):
        sentence = _sentence(error)
        if sentence is None:
            return translate(error)
        return DatabaseError(f"Migration {revision} failed and changed nothing: {sentence}")
    if isinstance(error, CommandError):
        return DatabaseError(f"Migration {revision} failed and changed nothing: {error}.")
    return translate(error)


def _sentence(error: asyncpg.PostgresError) -> str | None:
    state = error.sqlstate or ""
    # The first line only: DETAIL may hold a row, and so what a person wrote.
    message = str(error.args[0]) if error.args else type(error).__name__
    if state == _RIGHTS:
        return (
            f"the database's user lacks a right ({message}); grant it, or run "
            "`messagestore migrate` as the owner of the database."
        )
    if state in _NOT_AVAILABLE and "extension" in message:
        return (
            f"the server does not offer an extension ({message}); install PostgreSQL's contrib "
            "package (postgresql-contrib), which has pg_trgm and btree_gin."
        )
    if state.startswith(_OF_VALUES):
        rule = getattr(error, "constraint_name", None) or "a rule"
        return (
            f"stored rows break {rule} (SQLSTATE {state}); correct them and run "
            "`messagestore migrate` again."
        )
    if state.startswith(_OF_OBJECTS):
        return f"{message} (SQLSTATE {state})."
    return None
