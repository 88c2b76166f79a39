"""Filling the copy, part by part, beside readers and writers of what is copied."""

from time import monotonic
from uuid import UUID

import msgspec

from messagestore.database.migrator.connecting import Connection
from messagestore.errors import DatabaseUnavailable
from messagestore.partitions.layout import read_parts, sql
from messagestore.partitions.scripts import fill, run
from messagestore.partitions.split.job import Job
from messagestore.partitions.split.notes import COPY, Note, Part, is_marked, read_place

# What the role or the database may have set would stop the building of an index half-way.
_NO_LIMITS = """
SELECT set_config(name, '0', false) FROM pg_settings
WHERE name IN ('statement_timeout', 'lock_timeout', 'transaction_timeout') AND setting <> '0'
"""


async def begin(connection: Connection, whole: Part, parts: list[Part], job: Job) -> None:
    """Make an empty copy."""
    note = Note(whole, parts, await read_place(connection))
    script = fill("split_begin", lower=whole.lower, upper=whole.upper, note=note.written())
    await run(connection, job.patience(), script)


async def is_usable(connection: Connection, note: Note) -> bool:
    """Whether the copy can be brought up to date, and has the shape that messages has."""
    marked = await is_marked(connection, note.place)
    return marked and bool(await connection.fetchval(sql("split_same_shape")))


async def drop(connection: Connection, note: Note, job: Job) -> None:
    """Drop the copy, and the part that is being filled."""
    for part in note.parts:
        if await _is_filling(connection, part):
            await run(connection, job.patience(), fill("split_drop_part", part=part.name))
    await run(connection, job.patience(), fill("split_drop_copy", place=note.place))


async def fill_next(connection: Connection, note: Note, until: float, job: Job) -> bool:
    """Work on the next part until then; False when all are full."""
    ready = {part.name for part in await read_parts(connection, COPY)}
    part = next((part for part in note.parts if part.name not in ready), None)
    if part is None:
        return False
    if not await _is_filling(connection, part):
        # Only here, when no part is half full: of that it would miss what was copied before.
        if ready:
            note = await catch_up(connection, note, job)
        else:
            await _settle(connection, job)
        job.report(f"{part.name}: copying")
        script = fill("split_part", part=part.name, lower=part.lower, upper=part.upper)
        await run(connection, job.patience(), script)
    if await _copied(connection, note.whole, part, until, job):
        await _finish(connection, part, job)
    return True


async def catch_up(connection: Connection, note: Note, job: Job) -> Note:
    """Do to the parts that are full what has been done to messages since; return the new note."""
    last = (await read_parts(connection, COPY))[-1]
    place = await read_place(connection)
    reached = msgspec.structs.replace(note, place=place)
    end = next(part.last for part in note.parts if part.name == last.name)
    script = fill(
        "split_catch_up",
        partition=note.whole.name,
        place=note.place,
        next=place,
        first=note.whole.first,
        last=end,
        note=reached.written(),
    )
    await run(connection, job.patience(), script)
    return reached


async def _settle(connection: Connection, job: Job) -> None:
    """Wait for transactions that may not have known yet that a copy is made (note_created.sql)."""
    begun, patience = await connection.fetchval(sql("split_end")), job.patience()
    while await read_place(connection) < begun:
        if not await patience.rest():
            raise DatabaseUnavailable(
                "A transaction that writes has been open on the server for long, and the split has "
                "to wait for it; end it (pg_stat_activity shows it), and try again."
            )


async def _is_filling(connection: Connection, part: Part) -> bool:
    return bool(await connection.fetchval(sql("split_filling"), part.name))


async def _copied(connection: Connection, whole: Part, part: Part, until: float, job: Job) -> bool:
    """Copy on, until then; return whether the part is full."""
    place: UUID | None = await connection.fetchval(fill("split_last", part=part.name))
    query = fill("split_copy", part=part.name, partition=whole.name)
    while monotonic() < until:
        row = await connection.fetchrow(query, place or part.first, part.last, job.batch)
        assert row is not None  # noqa: S101 (the query counts, so it returns a row)
        place = row["last"] or place
        job.advance(row["copied"])
        if row["copied"] < job.batch:
            return True
    return False


async def _finish(connection: Connection, part: Part, job: Job) -> None:
    """Build the indexes, and what an index-only scan and the planner go by; put it to the rest."""
    job.report(f"{part.name}: building its indexes")
    await connection.execute(_NO_LIMITS)
    while statement := await connection.fetchval(sql("split_indexes"), part.name):
        await connection.execute(statement)
        job.advance(0)
    await connection.execute(fill("split_vacuum", part=part.name))
    job.report(f"{part.name}: complete")
    script = fill("split_attach", part=part.name, lower=part.lower, upper=part.upper)
    await run(connection, job.patience(), script)
