"""The parts of a copy that is in use become partitions as any other, one after the other."""

import asyncio

from messagestore.database.migrator.connecting import Connection
from messagestore.database.migrator.patience import Patience
from messagestore.partitions.layout import read_parts
from messagestore.partitions.scripts import fill, run
from messagestore.partitions.split.notes import COPY
from messagestore.partitions.working import Report, say_nothing

REST = 0.1
"""Seconds between two parts."""


async def level(
    connection: Connection, *, report: Report = say_nothing, patience: float
) -> list[str]:
    """Take every part out of the copy; return their names. Each takes the locks for itself."""
    levelled: list[str] = []
    while parts := await read_parts(connection, COPY):
        part, end = parts[0], parts[-1].upper
        report(f"{part.name}: taking its place")
        kind = "split_level" if len(parts) > 1 else "split_level_last"
        script = fill(kind, part=part.name, lower=part.lower, upper=part.upper, end=end)
        await run(connection, Patience(patience), script)
        levelled.append(part.name)
        # Who waited for the locks goes on before they are wanted again.
        await asyncio.sleep(REST)
        if kind == "split_level_last":
            break
    return levelled
