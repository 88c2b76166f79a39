"""The CHECK constraints of the messages lie aside while their rows move to the workers.

Citus 14 fails otherwise ("child table is missing constraint"). The store checks the same itself
before it writes, so nothing comes in that they would refuse; that is proven when they are back.
"""

from messagestore.database.migrator.connecting import Connection
from messagestore.database.migrator.patience import Patience
from messagestore.distribution.cluster import sql
from messagestore.partitions.scripts import run


async def set_rules_aside(connection: Connection, patience: Patience) -> None:
    """Take the constraints, which keep_rules.sql has noted, from the table."""
    await run(connection, patience, sql("drop_rules"))


async def bring_rules_back(connection: Connection) -> None:
    """Give them back, prove them beside the writers, and forget what was noted."""
    for add_rule, prove_rule, added in await connection.fetch(sql("missing_rules")):
        if not added:
            await connection.execute(add_rule)
        await connection.execute(prove_rule)
    await connection.execute("DROP TABLE messages_rules")
