"""Bulk load: `messagestore import` against PostgreSQL's COPY, in ratios measured in one run.

The control is COPY in its binary form, of rows that are encoded already, into `messages` and
`message_keys` with all their indexes; it checks nothing and counts nothing. Slices take turns on
databases of one server, so that a machine that slows down slows all. The way that does without
COPY runs beside them.
"""

import io
import statistics
import time
from collections.abc import Awaitable
from itertools import islice

import asyncpg

from benchmarks.place import Place
from benchmarks.program import run
from benchmarks.results import Result, now
from messagestore.bench.dataset.dataset import Dataset
from messagestore.cli.restocking import Restocking, read_message
from messagestore.identifiers import FIRST_ID

SLICES = 5
REQUIRED = 0.7

_NEW_ROWS = {
    "messages": "SELECT * FROM messages WHERE id > $1 ORDER BY id",
    "message_keys": "SELECT * FROM message_keys WHERE id > $1 ORDER BY message_id",
}
_LAST_ID = "SELECT id FROM messages ORDER BY id DESC LIMIT 1"


class Control:
    """COPY into tables of its own, of what was stored in ours."""

    def __init__(self, ours: asyncpg.Connection, own: asyncpg.Connection) -> None:
        self._ours = ours
        self._own = own
        self._last = FIRST_ID

    async def dump(self) -> dict[str, bytes]:
        """Return what is new in ours, by table, as COPY takes it."""
        found = {}
        for table, query in _NEW_ROWS.items():
            target = io.BytesIO()
            await self._ours.copy_from_query(query, self._last, output=target, format="binary")
            found[table] = target.getvalue()
        self._last = await self._ours.fetchval(_LAST_ID)
        return found

    async def copy(self, dump: dict[str, bytes]) -> None:
        """Copy it in one transaction."""
        async with self._own.transaction():
            for table, data in dump.items():
                await self._own.copy_to_table(table, source=io.BytesIO(data), format="binary")


async def measure(place: Place, rows: int) -> Result:
    """Load slice by slice, each in the three ways."""
    fast, copied, ordinary = [
        await place.new_database(name) for name in ("fast", "copied", "ordinary")
    ]
    control = Control(await asyncpg.connect(fast), await asyncpg.connect(copied))
    machine = place.machine()
    lines = iter(Dataset(rows))
    seconds: list[tuple[float, float, float]] = []
    async with (
        place.store(fast, search_upkeep_seconds=0) as ours,
        place.store(ordinary, search_upkeep_seconds=0) as other,
    ):
        for _ in range(SLICES):
            part = list(islice(lines, rows // SLICES))
            file = place.folder / "slice.jsonl"
            file.write_bytes(b"".join(part))
            loaded = await _timed(Restocking(ours).take(file))
            taken = await _timed(control.copy(await control.dump()))
            messages = [read_message(line) for line in part]
            inserted = await _timed(other.messages.create_exactly(messages))
            seconds.append((loaded, taken, inserted))
    return Result(
        name="bulk",
        at=now(),
        machine=machine,
        rows=rows,
        figures=_figures(seconds, rows // SLICES),
    )


def _figures(seconds: list[tuple[float, float, float]], rows: int) -> dict[str, object]:
    loaded, copied, inserted = zip(*seconds, strict=True)
    # Of the sums and not of slices: now and then one has the search indexes' lists to flush.
    return {
        "import_rows_per_second": round(rows / statistics.median(loaded)),
        "copy_rows_per_second": round(rows / statistics.median(copied)),
        "insert_rows_per_second": round(rows / statistics.median(inserted)),
        "import_to_copy": round(sum(copied) / sum(loaded), 2),
        "insert_to_copy": round(sum(copied) / sum(inserted), 2),
        "import_to_copy_by_slice": [round(c / f, 2) for f, c, _ in seconds],
        "required": REQUIRED,
    }


async def _timed(work: Awaitable[object]) -> float:
    started = time.perf_counter()
    await work
    return time.perf_counter() - started


if __name__ == "__main__":
    run(measure, rows=200_000)
