"""Back from months: from here on one partition takes all that comes. No row is copied."""

from contextlib import suppress

import asyncpg

from messagestore.database.migrator.connecting import Connection
from messagestore.database.migrator.patience import Patience
from messagestore.partitions.layout import Layout, Partition, read_layout
from messagestore.partitions.retiring import holds_messages
from messagestore.partitions.scripts import fill, run
from messagestore.partitions.split.levelling import level
from messagestore.partitions.working import PATIENCE, working


async def disable(url: str, *, patience: float = PATIENCE) -> Partition:
    """Let the newest partition with messages take all time to come; the empty ones after it go.

    When the catch-all holds messages, it becomes that partition. Returns it. When it is
    interrupted, at any step, it is run again. Raises DatabaseUnavailable when the locks could not
    be had.
    """
    async with working(url, patience=patience) as connection:
        while True:
            layout = await read_layout(connection)
            if layout.nested:
                await level(connection, patience=patience)
                continue
            last = layout.last
            if len(layout.partitions) > 1 and not await holds_messages(connection, last):
                await _widen(connection, layout, patience)
            elif layout.enabled:
                name = f"messages_from_{last.lower:%Y_%m_%d}"
                await run(connection, Patience(patience), fill("rename_catch_all", new=name))
            else:
                return last


async def _widen(connection: Connection, layout: Layout, patience: float) -> None:
    """Let the last but one take the place of the last, which is empty."""
    kept, empty = layout.partitions[-2:]
    if kept.lower is not None:
        for step in ("add_start", "prove_start"):
            script = fill(step, kept=kept.name, lower=kept.lower)
            await run(connection, Patience(patience), script)
    script = fill("take_two_out", partition=kept.name, empty=empty.name)
    script += fill("widen", kept=kept.name, lower=kept.lower)
    # A message that came meanwhile: the next look finds it.
    with suppress(asyncpg.ObjectInUseError):
        await run(connection, Patience(patience), script)
