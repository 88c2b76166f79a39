"""Reads while writing: the history of a conversation, quiet and while another process logs.

The writer logs at half the rate of its limit, which is measured in the same run.
"""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import child
from benchmarks.loaded import load, stored
from benchmarks.place import Place
from benchmarks.program import run
from benchmarks.results import Result, now
from messagestore import MessageStore
from messagestore.bench.dataset.dataset import Dataset
from messagestore.bench.ingest import CALLERS, by_log, timed
from messagestore.bench.latencies import Latencies

ROWS = 50_000
WRITTEN = 6400
SECONDS = 8.0
REQUIRED = 3.0


async def measure(place: Place) -> Result:
    """Read alone, find the limit of the log, and read again while half of that is logged."""
    machine = place.machine()
    url, data = await place.new_database("mixed"), Dataset(ROWS)
    await load(url, data)
    async with place.store(url) as store:
        await _read(store, data, 1.0)
        quiet = await _read(store, data, SECONDS)
        limit = WRITTEN / await timed(by_log(store, WRITTEN, CALLERS))
        before = await stored(url)
        with _writing(url, place.folder / "writer", limit / 2):
            started = time.perf_counter()
            busy = await _read(store, data, SECONDS)
            elapsed = time.perf_counter() - started
        written = await stored(url) - before
    figures = {
        "quiet": quiet,
        "writing": busy,
        "p99_ratio": round(busy.p99 / quiet.p99, 2),
        "required": REQUIRED,
        "limit_per_second": round(limit),
        "written_per_second": round(written / elapsed),
    }
    return Result(name="mixed", at=now(), machine=machine, rows=ROWS, figures=figures)


async def _read(store: MessageStore, data: Dataset, seconds: float) -> Latencies:
    taken: list[float] = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        context = data.context(len(taken) % 50)
        taken.append(await timed(store.messages.get_conversation_history(context)))
    return Latencies.of(taken)


@contextmanager
def _writing(url: str, spool: Path, rate: float) -> Iterator[None]:
    command = child.command("-m", "benchmarks.steady_writer", url, str(spool), str(rate))
    with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:  # noqa: S603 (our own program)
        try:
            assert writer.stdout is not None  # noqa: S101 (for the types)
            writer.stdout.readline()
            yield
        finally:
            writer.kill()


if __name__ == "__main__":
    run(measure)
