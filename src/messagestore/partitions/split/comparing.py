"""The partition that was split is compared with what took its place, before it is dropped.

What messagestore writes is noted, so nothing is expected to differ. What was done by hand while the
copy was made is not, and is found here: the partition as it was at the switch is what counts.
"""

from time import monotonic
from uuid import UUID

import asyncpg

from messagestore.database.migrator.connecting import Connection
from messagestore.identifiers import time_of
from messagestore.partitions.layout import sql
from messagestore.partitions.scripts import fill, run
from messagestore.partitions.split.job import Job
from messagestore.partitions.split.notes import Note, is_marked

SLICE = 5000
"""Messages that are compared by one statement."""


class Comparison:
    """Goes over what was split, once, however often it is interrupted."""

    def __init__(self) -> None:
        self._place: UUID | None = None

    async def go_on(self, connection: Connection, note: Note, until: float, job: Job) -> bool:
        """Compare until then, and drop what was split at the end; False when that is done."""
        place = self._place or note.whole.first
        # After so long a pause nobody knows any more what was written since, on purpose.
        if await is_marked(connection, note.place):
            while monotonic() < until:
                row = await connection.fetchrow(sql("split_slice"), place, SLICE)
                assert row is not None  # noqa: S101 (the query counts, so it returns a row)
                if not row["rows"]:
                    break
                await _compare(connection, note, (place, row["last"]), job)
                self._place = place = row["last"]
                job.compared += row["rows"]
                job.advance(row["rows"])
            else:
                return True
        else:
            job.report("it is too long ago to be compared")
        job.report(f"{note.whole.name}: dropping what was split")
        await run(connection, job.patience(), fill("split_drop_old", place=note.place))
        return False


async def _compare(connection: Connection, note: Note, span: tuple[UUID, UUID], job: Job) -> None:
    first, last = span
    where = first, last, time_of(first), time_of(last), note.place
    if not await connection.fetch(sql("split_compare"), *where):
        return
    async with connection.transaction(isolation="read_committed"):
        found = _places(await connection.fetch(sql("split_compare"), *where))
        await connection.execute(sql("split_lock"), *found)
        # Once more, now that nobody can write them: some may have been written in between.
        found = _places(await connection.fetch(sql("split_compare"), *where))
        await connection.execute(sql("split_remove"), *found)
        await connection.execute(sql("split_take_old"), *found)
        job.corrected += len(found[0])


def _places(rows: list[asyncpg.Record]) -> tuple[list[UUID], list[object]]:
    return [row["id"] for row in rows], [row["created_at"] for row in rows]
