"""From one partition to months, while the bot keeps writing."""

from datetime import datetime, timedelta

import asyncpg
import msgspec

from messagestore.database.migrator.connecting import Connection
from messagestore.database.migrator.patience import Patience
from messagestore.errors import DatabaseUnavailable
from messagestore.partitions.interval import next_boundary, partition_name
from messagestore.partitions.layout import CATCH_ALL, Layout, Partition, read_layout, sql
from messagestore.partitions.scripts import fill, run
from messagestore.partitions.working import PATIENCE, Report, say_nothing, working
from messagestore.settings import PartitionInterval

MARGIN = timedelta(days=1)
"""The bound lies so much ahead of now at least: while it is being proven, nothing beyond it can be
stored, and nothing that comes from a provider is beyond it."""

_ATTEMPTS = 3

_NEXT = "messages_after"
"""What a catch-all is called until the one before has another name."""


class Enabled(msgspec.Struct, frozen=True):
    """Since when there are months, and whether this call brought that about."""

    since: datetime
    changed: bool


async def enable(
    url: str,
    interval: PartitionInterval,
    *,
    now: datetime,
    report: Report = say_nothing,
    patience: float = PATIENCE,
) -> Enabled:
    """End the partition that holds all time at the next boundary; what follows goes elsewhere.

    No row is copied and no writer waits for long. When it is interrupted, at any step, it is run
    again. Raises DatabaseUnavailable when the locks could not be had.
    """
    async with working(url, patience=patience) as connection:
        layout = await read_layout(connection)
        if layout.enabled:
            return Enabled(_since(layout), changed=False)
        since = await end_last(connection, interval, now=now, report=report, patience=patience)
        return Enabled(since, changed=True)


async def end_last(
    connection: Connection,
    interval: PartitionInterval,
    *,
    now: datetime,
    report: Report,
    patience: float,
) -> datetime:
    """End the last partition after all that it holds, and let an empty catch-all follow it.

    Returns the bound between them. A catch-all that is ended is called by where it begins.
    """
    for _ in range(_ATTEMPTS):
        layout = await read_layout(connection)
        last = layout.last
        try:
            bound = await _bound(connection, layout, interval, now, patience)
            report(f"Checking that nothing is dated after {bound:%Y-%m-%d}")
            await run(connection, Patience(patience), fill("prove_bound", last=last.name))
        except asyncpg.CheckViolationError:
            # A message from beyond the bound came between the look and the bound.
            await _withdraw(connection, layout, patience)
            continue
        report("Changing the partitions")
        await run(connection, Patience(patience), _switch(last, bound, interval))
        return bound
    raise DatabaseUnavailable(
        "Messages dated in the future came in all the time, so no bound could be set and nothing "
        "changed; stop what imports them, and try again."
    )


def _switch(last: Partition, bound: datetime, interval: PartitionInterval) -> str:
    """Return the script that gives the last partition its end."""
    if last.is_catch_all and last.lower is not None:
        name = partition_name(last.lower, interval)
        script = fill("create_partition", partition=_NEXT)
        return script + fill("end_catch_all", next=_NEXT, name=name, lower=last.lower, bound=bound)
    script = fill("create_partition", partition=CATCH_ALL)
    return script + fill("enable", last=last.name, lower=last.lower, bound=bound)


async def _bound(
    connection: Connection,
    layout: Layout,
    interval: PartitionInterval,
    now: datetime,
    patience: float,
) -> datetime:
    """Set the bound, or take over that of an `enable` that did not end, if it is not too near."""
    if layout.bound is not None:
        if layout.bound.at >= now + MARGIN:
            return layout.bound.at
        await _withdraw(connection, layout, patience)
    newest = await connection.fetchval(sql("newest"))
    bound = next_boundary(max(now + MARGIN, newest or now), interval)
    last = layout.last
    script = fill("add_bound", last=last.name, lower=last.lower, bound=bound)
    await run(connection, Patience(patience), script)
    return bound


async def _withdraw(connection: Connection, layout: Layout, patience: float) -> None:
    await run(connection, Patience(patience), fill("drop_bound", last=layout.last.name))


def _since(layout: Layout) -> datetime:
    since = layout.partitions[0].upper
    assert since is not None  # noqa: S101 (only the last has none, and it is not the first)
    return since
