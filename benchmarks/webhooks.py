"""Webhooks: durable ones a second by 64 connections, in ratios of one run (`make bench`).

Two controls: the same server whose route answers 200 and does nothing, and the writer without HTTP.
The three take turns, so that a machine that slows down slows all; quoted are medians of the ratios.
"""

import asyncio
import itertools
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.webhook_load import webhook
from messagestore import MessageStore, Settings
from messagestore.bench.ingest import timed
from messagestore.database.embedded import EmbeddedServer
from messagestore.database.migrator import migrate
from messagestore.http.server import new_event_loop
from messagestore.logger.result import Outcome

HERE = Path(__file__).parent
SECRET = "a secret of this benchmark only"  # noqa: S105 (of nothing else)
CONNECTIONS = 64
ROUNDS = 5
COUNT = 4096
REQUIRED = 0.5
_numbers = itertools.count(step=COUNT)


@contextmanager
def running(*arguments: str, **environment: str) -> Iterator[str]:
    """Run a server in a process of its own, and give the URL that it prints."""
    with subprocess.Popen(  # noqa: S603 (this interpreter)
        [sys.executable, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=os.environ | environment,
    ) as process:
        try:
            assert process.stdout is not None  # noqa: S101 (for the type checker)
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def by_http(url: str) -> float:
    """Return how many webhooks a server answers a second."""
    where = urlsplit(url)
    load = [sys.executable, str(HERE / "webhook_load.py"), str(where.hostname), str(where.port)]
    load += [str(next(_numbers)), str(COUNT), str(CONNECTIONS), SECRET]
    return float(subprocess.run(load, check=True, stdout=subprocess.PIPE).stdout)  # noqa: S603


async def by_log(store: MessageStore) -> float:
    """Return how many payloads as many callers log a second, without HTTP."""
    first = next(_numbers)
    payloads = iter([webhook(number) for number in range(first, first + COUNT)])

    async def caller() -> None:
        for payload in payloads:
            (result,) = await store.logger.log_payload("whatsapp_cloud", payload)
            if result.outcome is not Outcome.STORED:
                sys.exit(f"a payload came to {result.outcome}")

    return COUNT / await timed(asyncio.gather(*(caller() for _ in range(CONNECTIONS))))


async def measure(url: str, folder: Path) -> None:
    """Measure and print."""
    rounds = []
    with ExitStack() as stack:
        ours = stack.enter_context(
            running(
                *("-m", "messagestore", "serve", "--port", "0"),
                MESSAGESTORE_DATABASE_URL=url,
                MESSAGESTORE_SPOOL_DIR=str(folder / "served"),
                MESSAGESTORE_WEBHOOK_SECRETS=json.dumps({"whatsapp_cloud": [SECRET]}),
            )
        )
        nothing = stack.enter_context(running(str(HERE / "webhook_control.py")))
        settings = Settings(database_url=url, spool_dir=folder / "spool")
        async with MessageStore.open(settings=settings) as store:
            for _ in range(ROUNDS + 1):
                served = await asyncio.to_thread(by_http, ours)
                answered = await asyncio.to_thread(by_http, nothing)
                rounds.append((served, answered, await by_log(store)))
    tell(rounds[1:])


def tell(rounds: list[tuple[float, float, float]]) -> None:
    """Print the medians."""
    served, answered, logged = (statistics.median(figures) for figures in zip(*rounds, strict=True))
    of_server = statistics.median(mine / control for mine, control, _ in rounds)
    of_writer = statistics.median(mine / control for mine, _, control in rounds)
    print(f"{CONNECTIONS} connections: {served:,.0f} durable webhooks/s")
    print(f"  {of_server:.2f} of a route that does nothing ({answered:,.0f}/s)")
    print(f"  {of_writer:.2f} of the writer without HTTP ({logged:,.0f}/s)")
    met = "met" if of_server >= REQUIRED or of_writer >= 1 else "missed"
    print(f"  required: {REQUIRED} of the route, or the writer's own rate if that is lower: {met}")


def main() -> None:
    """Measure on an embedded server of its own, with its durable settings."""
    folder = Path(tempfile.mkdtemp(prefix="messagestore-bench-"))
    folder.chmod(0o755)
    try:
        with EmbeddedServer(folder / "data") as server:
            asyncio.run(migrate(server.url()))
            with asyncio.Runner(loop_factory=new_event_loop) as runner:
                runner.run(measure(server.url(), folder))
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
