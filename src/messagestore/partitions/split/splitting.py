"""One run of `split`: what is left to do is asked of the catalog before every step."""

import msgspec

from messagestore.database.migrator.connecting import Connection
from messagestore.database.variants import IS_DISTRIBUTED
from messagestore.errors import DatabaseError
from messagestore.partitions.layout import read_layout
from messagestore.partitions.scripts import fill, run
from messagestore.partitions.split.comparing import Comparison
from messagestore.partitions.split.copying import begin, drop, fill_next, is_usable
from messagestore.partitions.split.job import Advance, Job
from messagestore.partitions.split.levelling import level
from messagestore.partitions.split.notes import read_state
from messagestore.partitions.split.planning import choose, parts_of
from messagestore.partitions.split.switching import switch
from messagestore.partitions.working import PATIENCE, Report, in_turns, say_nothing
from messagestore.settings import PartitionInterval

BATCH = 1000
"""Messages that are copied by one statement, for which nobody waits."""


class Split(msgspec.Struct, frozen=True):
    """The partitions that were made, how many messages were compared, and how many corrected."""

    created: list[str]
    compared: int
    corrected: int


async def split(  # noqa: PLR0913 (all but two are for tests and for progress)
    url: str,
    interval: PartitionInterval,
    *,
    partition: str | None = None,
    report: Report = say_nothing,
    advance: Advance = lambda _count: None,
    patience: float = PATIENCE,
    batch: int = BATCH,
) -> Split:
    """Cut the oldest partition, or the one that is named, into intervals, if it holds several.

    It takes as much room again as the partition has, until the end. When it is interrupted, at any
    step, it is run again and goes on; after a pause of more than `stream_hours` it begins anew.
    Raises InvalidQuery when that partition has no end, DatabaseError where the tables are
    distributed, and DatabaseUnavailable when the locks could not be had.
    """
    job = Job(
        interval=interval,
        partition=partition,
        report=report,
        advance=advance,
        seconds=patience,
        batch=batch,
    )
    comparison = Comparison()

    async def step(connection: Connection, until: float) -> bool:
        return await _step(connection, job, comparison, until)

    await in_turns(url, step, patience=patience)
    return Split(job.created, job.compared, job.corrected)


async def _step(connection: Connection, job: Job, comparison: Comparison, until: float) -> bool:
    """Do the next thing; False when there is none."""
    if await connection.fetchval(IS_DISTRIBUTED):
        raise DatabaseError(
            "The tables are distributed over a cluster, where no partition can be split, and "
            "nothing has changed. Retention drops an old partition when all in it is due; another "
            "time split before `migrate --distributed`. docs/adr/0022-citus.md says why."
        )
    state = await read_state(connection)
    if state.switched:
        job.created += await level(connection, report=job.report, patience=job.seconds)
    elif state.old is not None:
        return await comparison.go_on(connection, state.old, until, job)
    elif state.copy is None:
        return await _begin(connection, job)
    elif not await is_usable(connection, state.copy):
        job.report("what was copied is out of date: beginning anew")
        await drop(connection, state.copy, job)
    elif not await fill_next(connection, state.copy, until, job):
        await switch(connection, state.copy, job)
    return True


async def _begin(connection: Connection, job: Job) -> bool:
    whole = choose(await read_layout(connection), job.partition)
    parts = await parts_of(connection, whole, job.interval)
    if len(parts) < 2:  # noqa: PLR2004 (one part is the partition as it is)
        return False
    job.report(f"{whole.name}: {len(parts)} partitions will take its place")
    if whole.name in {part.name for part in parts}:
        name = f"{whole.name}_whole"
        script = fill("split_rename", partition=whole.name, new=name)
        await run(connection, job.patience(), script)
        whole = msgspec.structs.replace(whole, name=name)
    await begin(connection, whole, parts, job)
    return True
