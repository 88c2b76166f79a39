"""A database with the data set in it, loaded by `messagestore import` and kept between runs.

A load that was interrupted goes on where it stopped: lines that are there are passed over, and of
those that may be, `import` finds out itself.
"""

import asyncio
import os
import subprocess
from contextlib import AbstractContextManager
from itertools import islice
from pathlib import Path

import asyncpg

from benchmarks import child
from benchmarks.place import Place, lasting_place
from messagestore.bench.dataset.dataset import Dataset
from messagestore.cli.progress import metered
from messagestore.cli.restocking import LOAD

DATA = "MESSAGESTORE_BENCH_DATA"
"""The variable with the folder in which data sets are kept; about 2 KB a message."""

_DEFAULT = Path(".messagestore/benchmarks")
_PART = 1000


def data_folder() -> Path:
    """Return the folder in which data sets are kept."""
    return Path(os.environ.get(DATA) or _DEFAULT)


def data_place() -> AbstractContextManager[Place]:
    """Give the server that holds the data sets."""
    return lasting_place(data_folder())


async def loaded(place: Place, data: Dataset) -> str:
    """Return the URL of a database that holds this data set, loading what is missing."""
    name = f"rows_{data.rows}"
    url = await place.new_database(name)
    await load(url, data)
    return url


async def load(url: str, data: Dataset) -> None:
    """Load what is missing of it into a database that holds nothing else."""
    found = await stored(url)
    if found < data.rows:
        await asyncio.to_thread(_import, url, data, passed=max(0, found - 2 * LOAD))
        await _vacuum(url)


async def stored(url: str) -> int:
    """Return how many messages there are."""
    connection = await asyncpg.connect(url)
    try:
        return int(await connection.fetchval("SELECT coalesce(sum(total), 0) FROM conversations"))
    finally:
        await connection.close()


async def _vacuum(url: str) -> None:
    """Do what autovacuum would have done in the hour after such a load."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("VACUUM (ANALYZE)")
        await connection.execute("CHECKPOINT")
    finally:
        await connection.close()


def _import(url: str, data: Dataset, *, passed: int) -> None:
    command = child.command("-m", "messagestore", "--database-url", url, "import", "-")
    lines = iter(data)
    with (
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as importing,  # noqa: S603 (our own program)
        metered("Loading", unit="messages", total=data.rows) as meter,
    ):
        assert importing.stdin is not None  # noqa: S101 (for the types)
        meter.advance(sum(1 for _ in islice(lines, passed)), items=passed)
        while part := list(islice(lines, _PART)):
            importing.stdin.write(b"".join(part))
            meter.advance(len(part), items=len(part))
        importing.stdin.close()
    if importing.returncode:
        raise SystemExit(f"messagestore import ended with {importing.returncode}")
