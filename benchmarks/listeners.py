"""Listeners: what a thousand idle ones of the stream cost those who write (`make bench`).

Two services on one database take webhooks in turns; one of them has the listeners, each of a
conversation in which nobody writes. Quoted is the median of the ratios of their rates.
"""

import asyncio
import json
import shutil
import statistics
import tempfile
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.webhooks import CONNECTIONS, SECRET, by_http, running
from messagestore import MessageStore, Settings
from messagestore.database.embedded import EmbeddedServer
from messagestore.database.migrator import migrate
from messagestore.http.server import new_event_loop
from messagestore.repository.tokens import Scope

LISTENERS = 1000
ROUNDS = 9
REQUIRED = 0.9
_ANSWER = f"HTTP/1.1 {HTTPStatus.OK.value} ".encode()


@asynccontextmanager
async def listening(url: str, token: str, number: int) -> AsyncIterator[None]:
    """Listen with so many, who hear nothing but that the stream is alive."""
    where = urlsplit(url)
    writers: list[asyncio.StreamWriter] = []
    readings: list[asyncio.Task[bytes]] = []
    try:
        for one in range(number):
            reader, writer = await asyncio.open_connection(where.hostname, where.port)
            writers.append(writer)
            path = f"/api/v1/stream?context_id=nobody-{one}"
            head = f"GET {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\r\n"
            writer.write(head.encode())
            if not (await reader.readline()).startswith(_ANSWER):
                raise ConnectionError(f"listener {one} was not let in")
            readings.append(asyncio.create_task(reader.read()))
        yield
        if lost := sum(reading.done() for reading in readings):
            raise ConnectionError(f"{lost} listeners were cut off")
    finally:
        for reading in readings:
            reading.cancel()
        for writer in writers:
            writer.close()


async def measure(url: str, folder: Path) -> None:
    """Measure and print."""
    settings = Settings(database_url=url, spool_dir=folder / "spool")
    async with MessageStore.open(settings=settings) as store:
        token = await store.tokens.create("listeners", [Scope.READ], now=store.clock())
    with ExitStack() as stack:

        def service(name: str) -> str:
            started = running(
                *("-m", "messagestore", "serve", "--port", "0"),
                MESSAGESTORE_DATABASE_URL=url,
                MESSAGESTORE_SPOOL_DIR=str(folder / name),
                MESSAGESTORE_WEBHOOK_SECRETS=json.dumps({"whatsapp_cloud": [SECRET]}),
            )
            return stack.enter_context(started).url

        alone, listened_to = service("alone"), service("listened to")
        rounds = []
        async with listening(listened_to, token, LISTENERS):
            for turn in range(ROUNDS + 1):
                pair = [alone, listened_to] if turn % 2 else [listened_to, alone]
                rates = {one: (await asyncio.to_thread(by_http, one)).rate for one in pair}
                rounds.append((rates[listened_to], rates[alone]))
    tell(rounds[1:])


def tell(rounds: list[tuple[float, float]]) -> None:
    """Print the medians."""
    ratios = sorted(mine / control for mine, control in rounds)
    mine, control = (statistics.median(figures) for figures in zip(*rounds, strict=True))
    ratio = statistics.median(ratios)
    print(f"{CONNECTIONS} connections, {LISTENERS:,} idle listeners: {mine:,.0f} webhooks/s")
    print(f"  {ratio:.2f} of those without listeners ({control:,.0f}/s)")
    print(f"  the rounds: {ratios[0]:.2f} to {ratios[-1]:.2f}")
    print(f"  required: {REQUIRED}: {'met' if ratio >= REQUIRED else 'missed'}")


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
