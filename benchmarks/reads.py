"""Reads: every question at one size, by the stopwatch of `messagestore bench`."""

import asyncpg

from benchmarks.loaded import data_place, loaded
from benchmarks.place import Place
from benchmarks.program import run
from benchmarks.results import Result, now
from messagestore.bench.dataset.dataset import Dataset
from messagestore.bench.questions import questions
from messagestore.bench.stopwatch import Watched, take_turns
from messagestore.cli.progress import metered


async def measure(place: Place, rows: int) -> Result:
    """Load what is missing, and time every question."""
    data = Dataset(rows)
    url = await loaded(place, data)
    machine = place.machine()
    driver = await asyncpg.connect(url)
    async with place.store(url, search_upkeep_seconds=0) as store:
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


def tell(result: Result) -> None:
    """Print a line a question."""
    for read in result.figures["reads"]:
        library, driver, executed = (read[way].p50 for way in ("library", "driver", "server"))
        print(
            f"{read['name']:38} library {library:7.2f}  driver {driver:7.2f}  "
            f"server {executed:7.2f} ms  x {read['overhead']:.2f}"
            f"{'' if read['met'] else '  NOT ' + read['required']}"
            f"{'' if read['overhead_met'] else '  NOT ' + read['overhead_required']}"
        )


if __name__ == "__main__":
    run(measure, within=data_place, tell=tell, rows=200_000)
