"""Growth: every read of the smallest data set and of larger ones, which take turns in one run.

The sizes are on one server. A machine that slows down slows all of them, so that what is left is
what the number of messages does. Searches are asked too, and nothing is required of them: a word
has more matches where there are more messages.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import asyncpg

from benchmarks.loaded import data_place, loaded
from benchmarks.place import Place
from benchmarks.program import run
from benchmarks.results import Result, now
from messagestore.bench.dataset.dataset import Dataset
from messagestore.bench.latencies import Latencies
from messagestore.bench.questions import questions
from messagestore.bench.stopwatch import Watched, take_turns
from messagestore.cli.progress import metered

SIZES = (100_000, 1_000_000, 10_000_000)
REQUIRED = 1.5
LEAST_SERVER_MS = 0.01
"""What the server works is given in microseconds: of less than this the growth is all rounding."""


async def measure(place: Place, rows: Sequence[int]) -> Result:
    """Load what is missing, and ask every question of all sizes in turns."""
    sets = [Dataset(size) for size in sorted(rows)]
    urls = [await loaded(place, data) for data in sets]
    machine = place.machine()
    found = []
    async with AsyncExitStack() as stack:
        asked = [
            await stack.enter_async_context(_watched(place, url, data))
            for url, data in zip(urls, sets, strict=True)
        ]
        with metered("Reading", unit="questions", total=len(asked[0])) as meter:
            for same in zip(*asked, strict=True):
                names, watched = zip(*same, strict=True)
                await take_turns(watched)
                found.append(_figures(names[0], [one.latencies() for one in watched]))
                meter.advance(1)
    figures = {"sizes": [data.rows for data in sets], "reads": found}
    return Result(name="growth", at=now(), machine=machine, rows=sets[-1].rows, figures=figures)


@asynccontextmanager
async def _watched(
    place: Place, url: str, data: Dataset
) -> AsyncIterator[list[tuple[str, Watched]]]:
    """Open a store and a connection, and prepare the questions of one size, by their names."""
    driver = await asyncpg.connect(url)
    try:
        async with place.store(url, search_upkeep_seconds=0) as store:
            yield [
                (one.name, await Watched.of(store, driver, one))
                for one in await questions(store, driver, data)
            ]
    finally:
        await driver.close()


def _figures(name: str, sizes: Sequence[dict[str, Latencies]]) -> dict[str, object]:
    """Compare the largest with the smallest."""
    library = [found["library"].p50 for found in sizes]
    server = [found["server"].p50 for found in sizes]
    by_library = library[-1] / library[0]
    by_server = server[-1] / max(server[0], LEAST_SERVER_MS)
    growth = round(max(by_library, by_server), 2)
    required = None if name.startswith("search") else REQUIRED
    return {
        "name": name,
        "library_p50": library,
        "server_p50": server,
        "library_growth": round(by_library, 2),
        "server_growth": round(by_server, 2),
        "required": required,
        "met": None if required is None else growth <= required,
    }


def tell(result: Result) -> None:
    """Print a line a question."""
    for read in result.figures["reads"]:
        print(
            f"{read['name']:38} library {read['library_growth']:6.2f}  "
            f"server {read['server_growth']:6.2f}  {'NOT met' if read['met'] is False else ''}"
        )


if __name__ == "__main__":
    run(measure, within=data_place, tell=tell, rows=SIZES)
