"""The copy takes the partition's place, with what was written up to that moment."""

from contextlib import suppress

import asyncpg

from messagestore.database.migrator.connecting import Connection
from messagestore.partitions.layout import sql
from messagestore.partitions.scripts import fill, run
from messagestore.partitions.split.copying import catch_up
from messagestore.partitions.split.job import Job
from messagestore.partitions.split.notes import Note

MOST = 100
"""Messages that are written under the lock at most: a dozen milliseconds."""


async def switch(connection: Connection, note: Note, job: Job) -> None:
    """Catch up until little is left, and put the copy into the partition's place.

    When too much is written in between, nothing has changed, and it is to be called again.
    """
    whole = note.whole
    while True:
        note = await catch_up(connection, note, job)
        bounds = note.place, whole.first, whole.last, MOST + 1
        if await connection.fetchval(sql("split_behind"), *bounds) <= MOST:
            break
    job.report(f"{whole.name}: changing the partitions")
    script = fill(
        "split_switch",
        partition=whole.name,
        lower=whole.lower,
        upper=whole.upper,
        place=note.place,
        first=whole.first,
        last=whole.last,
        most=MOST,
        note=note.written(),
    )
    with suppress(asyncpg.ObjectInUseError):
        await run(connection, job.patience(), script)
