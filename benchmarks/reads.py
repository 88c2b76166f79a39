"""Reads: every question at one size, by the stopwatch of `messagestore bench`."""

import argparse
import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg

from benchmarks.loaded import data_server, loaded
from benchmarks.results import Result, now
from messagestore import MessageStore, Settings
from messagestore.bench.dataset.dataset import Dataset
from messagestore.bench.machine import Machine
from messagestore.bench.questions import questions
from messagestore.bench.stopwatch import Watched, take_turns
from messagestore.cli.progress import metered
from messagestore.database.embedded import EmbeddedServer


async def measure(server: EmbeddedServer, rows: int) -> Result:
    """Load what is missing, and time every question."""
    data = Dataset(rows)
    url = await loaded(server, data)
    machine = Machine.now(server.status().version)
    driver = await asyncpg.connect(url)
    with TemporaryDirectory() as folder:
        settings = Settings(database_url=url, spool_dir=Path(folder), search_upkeep_seconds=0)
        async with MessageStore.open(settings=settings) as store:
            asked = await questions(store, driver, data)
            with metered("Reading", unit="questions", total=len(asked)) as meter:
                found = []
                for question in asked:
                    watched = await Watched.of(store, driver, question)
                    await take_turns([watched])
                    found.append(watched.figures())
                    meter.advance(1)
    await driver.close()
    figures = {"reads": found}
    return Result(name=f"reads-{rows}", at=now(), machine=machine, rows=rows, figures=figures)


def main() -> None:
    """Measure, print, and write the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    arguments = parser.parse_args()
    with data_server() as server:
        result = asyncio.run(measure(server, arguments.rows))
    result.save()
    for read in result.figures["reads"]:
        library, driver, executed = (read[way].p50 for way in ("library", "driver", "server"))
        print(
            f"{read['name']:38} library {library:7.2f}  driver {driver:7.2f}  "
            f"server {executed:7.2f} ms  x {read['overhead']:.2f}"
            f"{'' if read['met'] else '  NOT ' + read['required']}"
            f"{'' if read['overhead_met'] else '  NOT ' + read['overhead_required']}"
        )


if __name__ == "__main__":
    main()
