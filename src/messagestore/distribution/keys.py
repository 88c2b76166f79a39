"""The primary key of the messages gets the distribution column, while the bot keeps writing."""

from messagestore.database.migrator.connecting import Connection
from messagestore.database.migrator.patience import Patience
from messagestore.distribution.cluster import State, sql
from messagestore.distribution.scripts import fill
from messagestore.partitions.scripts import run


async def widen_key(connection: Connection, state: State, patience: Patience) -> None:
    """Build the key beside the writers, partition by partition, and swap it in at once.

    Interrupted, it is run again: what was half built is dropped.
    """
    if state.has_wide_key:
        return
    swap = [sql("drop_key")]
    for partition in state.partitions:
        index = f"{partition}_wide_key"
        for (statement,) in await connection.fetch(fill("drop_half_built_key", index=index)):
            await connection.execute(statement)
        await connection.execute(fill("build_key", index=index, partition=partition))
        swap.append(fill("swap_key", partition=partition, key=f"{partition}_pkey", index=index))
    await run(connection, patience, "\n".join([*swap, sql("take_keys")]))
