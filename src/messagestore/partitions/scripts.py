"""Running what changes partitions: one file, one message to the server, one transaction.

DDL takes no parameters, so names and bounds are written into it, in psql's notation. A file goes to
the server whole: should this process die, no transaction stays open with a lock in its hands.
"""

import re
from datetime import datetime
from uuid import UUID

import asyncpg

from messagestore.database.migrator.connecting import Connection
from messagestore.database.migrator.patience import Patience
from messagestore.database.variants import IS_DISTRIBUTED, as_one_statement
from messagestore.errors import DatabaseError, DatabaseUnavailable
from messagestore.partitions.layout import sql

# A cast has two colons, and a time within a text has a digit before.
_PLACE = re.compile(r"""(?<![:\w]):(["']?)([a-z]\w*)\1""")
_ABOUT_LOCKS = (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError)


Value = str | int | bytes | UUID | datetime | None


def fill(name: str, /, **values: Value) -> str:
    """Return a script with its values: names as :"name", others as :'other', bounds as :bound.

    A str is a name, bytes are a text; None is the beginning of time.
    """
    return _PLACE.sub(lambda found: _written(found[1], values[found[2]]), sql(name))


def _written(quote: str, value: Value) -> str:
    match value:
        case str():
            return '"' + value.replace('"', '""') + '"'
        case None:
            return "'-infinity'" if quote else "MINVALUE"
        case int():
            return f"{quote}{value}{quote}"
        case bytes():
            text = value.decode()
        case datetime():
            text = value.isoformat()
        case UUID():
            text = str(value)
    return "'" + text.replace("'", "''") + "'"


async def run(connection: Connection, patience: Patience, script: str) -> None:
    """Run a script, again while its locks are not to be had without making writers wait.

    Raises DatabaseUnavailable when the patience is over, and DatabaseError when a table is in the
    way; then nothing has changed.
    """
    if await connection.fetchval(IS_DISTRIBUTED):
        script = as_one_statement(script)
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
