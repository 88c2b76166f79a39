"""Reads while writing: the history of a conversation, quiet and while another process logs.

The writer logs at half the rate of its limit, which is measured in the same run. The control reads
while two processes that store nothing use as much of the processors as the writer and PostgreSQL's
share of it did: what they delay is the machine's matter, and not the store's.
"""

import time
from contextlib import AbstractContextManager
from pathlib import Path

from benchmarks.child import Running, running
from benchmarks.loaded import load, stored
from benchmarks.place import Place
from benchmarks.processor_time import ProcessorTime
from benchmarks.program import run
from benchmarks.results import Result, now
from benchmarks.steady_writer import TICK
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
    postgresql = place.server.status().pid or 0
    async with place.store(url) as store:
        await _read(store, data, 1.0)
        spent = ProcessorTime(postgresql=postgresql).begin()
        quiet = await _read(store, data, SECONDS)
        a_read = spent.microseconds()["postgresql"] / quiet.count
        limit = WRITTEN / await timed(by_log(store, WRITTEN, CALLERS))
        before = await stored(url)
        with _writing(url, place.folder / "writer", limit / 2) as writer:
            spent = ProcessorTime(writer=writer.pid, postgresql=postgresql).begin()
            started = time.perf_counter()
            busy = await _read(store, data, SECONDS)
            elapsed = time.perf_counter() - started
            took = spent.microseconds()
        written = await stored(url) - before
        took["postgresql"] -= busy.count * a_read
        shares = {name: round(took[name] / elapsed / 1e6, 2) for name in took}
        with _spinning(shares["writer"]), _spinning(shares["postgresql"]):
            control = await _read(store, data, SECONDS)
    figures = {
        "quiet": quiet,
        "writing": busy,
        "p99_ratio": round(busy.p99 / quiet.p99, 2),
        "required": REQUIRED,
        "limit_per_second": round(limit),
        "written_per_second": round(written / elapsed),
        "processors_taken": shares,
        "control": control,
        "control_p99_ratio": round(control.p99 / quiet.p99, 2),
    }
    return Result(name="mixed", at=now(), machine=machine, rows=ROWS, figures=figures)


async def _read(store: MessageStore, data: Dataset, seconds: float) -> Latencies:
    taken: list[float] = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        context = data.context(len(taken) % 50)
        taken.append(await timed(store.messages.get_conversation_history(context)))
    return Latencies.of(taken)


def _writing(url: str, spool: Path, rate: float) -> AbstractContextManager[Running]:
    return running("-m", "benchmarks.steady_writer", url, str(spool), str(rate))


def _spinning(share: float) -> AbstractContextManager[Running]:
    return running("-m", "benchmarks.spinner", str(share), str(share * TICK))


if __name__ == "__main__":
    run(measure)
