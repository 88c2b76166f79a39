"""Making the months ahead, and moving out of the catch-all what has a month by now."""

from datetime import datetime

import msgspec

from messagestore.database.migrator.connecting import Connection
from messagestore.database.migrator.patience import Patience
from messagestore.database.variants import IS_DISTRIBUTED
from messagestore.partitions.enabling import end_last
from messagestore.partitions.interval import (
    is_midnight,
    next_boundary,
    nth_boundary,
    partition_name,
)
from messagestore.partitions.layout import Layout, read_layout, sql
from messagestore.partitions.scripts import fill, run
from messagestore.partitions.split import level, split
from messagestore.partitions.working import PATIENCE, Report, say_nothing, working
from messagestore.settings import PartitionInterval

BATCH = 100
"""Messages that are moved under one lock, which writers wait for."""

MANY = 50
"""Batches up to which the catch-all is emptied so: all of it is read for each of them."""

FARTHEST = 24
"""Partitions ahead that messages dated in the future are given; those beyond stay in the catch-all
until their time comes nearer."""


class Plan(msgspec.Struct, frozen=True):
    """What there is to be: `ahead` partitions of the interval after that of `now`."""

    interval: PartitionInterval
    ahead: int
    now: datetime


class Maintained(msgspec.Struct, frozen=True):
    """The partitions that were made."""

    created: list[str]


async def maintain(
    url: str,
    plan: Plan,
    *,
    report: Report = say_nothing,
    patience: float = PATIENCE,
    batch: int = BATCH,
) -> Maintained:
    """Make the partitions ahead, if there are months at all; safe from any number of processes.

    Messages that the catch-all holds of their time move into them in the same transaction, `batch`
    at a time. One that holds many batches becomes a partition itself, which is split. Raises
    DatabaseUnavailable when the turn or the locks could not be had.
    """
    async with working(url, patience=patience) as connection:
        layout = await read_layout(connection)
        if layout.nested:
            # A `split` was killed: whoever changes tables expects partitions at one level.
            await level(connection, report=report, patience=patience)
        if layout.bound is not None:
            # What was killed had set it, and it would keep messages of the future out.
            script = fill("drop_bound", last=layout.last.name)
            await run(connection, Patience(patience), script)
        if not layout.enabled:
            return Maintained([])
        ended = await _end_large(connection, plan, report, patience, MANY * batch)
        created = await _fill_up(connection, plan, report, patience, batch)
    if ended is not None:
        done = await split(url, plan.interval, partition=ended, report=report, patience=patience)
        created = (done.created or [ended]) + created
    return Maintained(created)


def needs_work(layout: Layout, plan: Plan) -> bool:
    """Whether a look at the catalog alone shows that something is missing, or is left over."""
    start = layout.last.lower
    if not layout.enabled or start is None:
        return _is_left_over(layout)
    wanted = nth_boundary(plan.now, plan.interval, plan.ahead + 1)
    return start < wanted or not is_midnight(start) or _is_left_over(layout)


def _is_left_over(layout: Layout) -> bool:
    """Whether something was killed that left what is in the way of others."""
    return layout.bound is not None or layout.nested


async def _horizon(connection: Connection, plan: Plan) -> datetime:
    """Return up to where there are to be partitions: also for what is dated in the future."""
    farthest = nth_boundary(plan.now, plan.interval, FARTHEST + 1)
    newest: datetime | None = await connection.fetchval(sql("newest_waiting"), farthest)
    wanted = nth_boundary(plan.now, plan.interval, plan.ahead + 1)
    return wanted if newest is None else max(wanted, next_boundary(newest, plan.interval))


async def _end_large(
    connection: Connection, plan: Plan, report: Report, patience: float, large: int
) -> str | None:
    """Let a catch-all that holds much become a partition of its own; return what it is called.

    Each batch that is moved out of a catch-all reads all of it under the lock. Where something is
    dated very far ahead it stays as it is: the partition would have to reach as far. So it does
    where the tables are distributed, as nothing could split it.
    """
    distributed = await connection.fetchval(IS_DISTRIBUTED)
    if distributed or not await connection.fetchval(sql("is_large"), large):
        return None
    newest = await connection.fetchval(sql("newest"))
    if newest >= nth_boundary(plan.now, plan.interval, FARTHEST + 1):
        return None
    await end_last(connection, plan.interval, now=plan.now, report=report, patience=patience)
    *_, ended, _catch_all = (await read_layout(connection)).partitions
    return ended.name


async def _fill_up(
    connection: Connection, plan: Plan, report: Report, patience: float, batch: int
) -> list[str]:
    """Cut the catch-all's beginning off, piece by piece, until it begins at the horizon."""
    created: list[str] = []
    horizon = await _horizon(connection, plan)
    while True:
        *_, before, catch_all = (await read_layout(connection)).partitions
        start = catch_all.lower
        assert start is not None  # noqa: S101 (something lies before the catch-all)
        unfinished = not is_midnight(start)
        if start >= horizon and not unfinished:
            return created
        limit = next_boundary(start, plan.interval)
        end = await connection.fetchval(sql("slice_end"), limit, batch)
        if unfinished:
            name, lower, kinds = before.name, before.lower, ["grow_partition"]
        else:
            name, lower = partition_name(start, plan.interval), start
            kinds = ["create_partition", "add_partition"]
            created.append(name)
        report(f"{name}: up to {end:%Y-%m-%d %H:%M}")
        script = "".join(fill(kind, partition=name, lower=lower, upper=end) for kind in kinds)
        await run(connection, Patience(patience), script)
