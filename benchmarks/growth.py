"""Growth: every read of the smallest data set and of larger ones, which take turns in one run.

The sizes are on one server. A machine that slows down slows all of them, so that what is left is
what the number of messages does. Searches are asked too, and nothing is required of them: a word
has more matches where there are more messages.
"""

import argparse
import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg

from benchmarks.loaded import data_server, loaded
from benchmarks.results import Result, now
from messagestore import MessageStore, Settings
from messagestore.bench.dataset.dataset import Dataset
from messagestore.bench.latencies import Latencies
from messagestore.bench.machine import Machine
from messagestore.bench.questions import questions
from messagestore.bench.stopwatch import Watched, take_turns
from messagestore.cli.progress import metered
from messagestore.database.embedded import EmbeddedServer

SIZES = (100_000, 1_000_000, 10_000_000)
REQUIRED = 1.5
LEAST_SERVER_MS = 0.01
"""What the server works is given in microseconds: of less than this the growth is all rounding."""


async def measure(server: EmbeddedServer, sizes: Sequence[int]) -> Result:
    """Load what is missing, and ask every question of all sizes in turns."""
    sets = [Dataset(rows) for rows in sorted(sizes)]
    urls = [await loaded(server, data) for data in sets]
    machine = Machine.now(server.status().version)
    found = []
    async with AsyncExitStack() as stack:
        asked = [
            await stack.enter_async_context(_watched(url, data))
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
async def _watched(url: str, data: Dataset) -> AsyncIterator[list[tuple[str, Watched]]]:
    """Open a store and a connection, and prepare the questions of one size, by their names."""
    driver = await asyncpg.connect(url)
    try:
        with TemporaryDirectory() as folder:
            settings = Settings(database_url=url, spool_dir=Path(folder), search_upkeep_seconds=0)
            async with MessageStore.open(settings=settings) as store:
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


def main() -> None:
    """Measure, print, and write the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=SIZES)
    arguments = parser.parse_args()
    with data_server() as server:
        result = asyncio.run(measure(server, arguments.rows))
    result.save()
    for read in result.figures["reads"]:
        print(
            f"{read['name']:38} library {read['library_growth']:6.2f}  "
            f"server {read['server_growth']:6.2f}  {'NOT met' if read['met'] is False else ''}"
        )


if __name__ == "__main__":
    main()
