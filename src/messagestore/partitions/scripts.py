"""Running what changes partitions: one file, one message to the server, one transaction.

DDL takes no parameters, so names and bounds are written into it, in psql's notation. A file goes to
the server whole: should this process die, no transaction stays open with a lock in its hands.
"""

from datetime import datetime

import asyncpg

from messagestore.database.migrator.connecting import Connection
from messagestore.database.migrator.patience import Patience
from messagestore.errors import DatabaseError, DatabaseUnavailable
from messagestore.partitions.layout import sql

_ABOUT_LOCKS = (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError)


def fill(name: str, **values: str | datetime | None) -> str:
    """Return a script with its values: names as :"name", times as :'time', bounds as :bound.

    None is the beginning of time.
    """
    script = sql(name)
    for key, value in values.items():
        if isinstance(value, str):
            script = script.replace(f':"{key}"', f'"{value}"')
            continue
        time = "'-infinity'" if value is None else f"'{value.isoformat()}'"
        script = script.replace(f":'{key}'", time)
        script = script.replace(f":{key}", "MINVALUE" if value is None else time)
    return script


async def run(connection: Connection, patience: Patience, script: str) -> None:
    """Run a script, again while its locks are not to be had without making writers wait.

    Raises DatabaseUnavailable when the patience is over, and DatabaseError when a table is in the
    way; then nothing has changed.
    """
    while True:
        try:
            await connection.execute(script)
        except _ABOUT_LOCKS as error:
            if not await patience.rest():
                raise DatabaseUnavailable(
                    f"The lock on the table messages could not be had for {patience.seconds:.0f} s "
                    "without making writers wait, and nothing changed. End what has long been at "
                    "work on it (pg_stat_activity shows it), or try again at a quieter hour."
                ) from error
        except asyncpg.DuplicateTableError as error:
            raise DatabaseError(
                "A partition cannot be made, for a table of its name is there already and is none "
                f"({error.args[0]}); rename that table, and try again."
            ) from error
        else:
            return
