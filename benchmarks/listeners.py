"""Listeners: what a thousand idle ones of the stream cost those who write (`make bench`).

Two services on one database take webhooks in turns; one of them has the listeners, each of a
conversation in which nobody writes. Quoted is the median of the ratios of their rates.
"""

import asyncio
import statistics
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from http import HTTPStatus
from urllib.parse import urlsplit

from benchmarks.place import Place
from benchmarks.program import run
from benchmarks.results import Result, now
from benchmarks.webhooks import CONNECTIONS, COUNT, by_http, service
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


async def measure(place: Place) -> Result:
    """Let the services take turns."""
    machine, url = place.machine(), await place.new_database("listeners")
    async with place.store(url) as store:
        token = await store.tokens.create("listeners", [Scope.READ], now=store.clock())
    with ExitStack() as stack:
        alone, listened_to = (
            stack.enter_context(service(url, place.folder / name)).said
            for name in ("alone", "listened to")
        )
        rounds = []
        async with listening(listened_to, token, LISTENERS):
            for turn in range(ROUNDS + 1):
                pair = [alone, listened_to] if turn % 2 else [listened_to, alone]
                rates = {one: (await asyncio.to_thread(by_http, one)).rate for one in pair}
                rounds.append((rates[listened_to], rates[alone]))
    rows = 2 * COUNT * len(rounds)
    figures = {"rounds": rounds[1:]}
    return Result(name="listeners", at=now(), machine=machine, rows=rows, figures=figures)


def tell(result: Result) -> None:
    """Print the medians."""
    rounds: list[tuple[float, float]] = result.figures["rounds"]
    ratios = sorted(mine / control for mine, control in rounds)
    mine, control = (statistics.median(figures) for figures in zip(*rounds, strict=True))
    ratio = statistics.median(ratios)
    print(f"{CONNECTIONS} connections, {LISTENERS:,} idle listeners: {mine:,.0f} webhooks/s")
    print(f"  {ratio:.2f} of those without listeners ({control:,.0f}/s)")
    print(f"  the rounds: {ratios[0]:.2f} to {ratios[-1]:.2f}")
    print(f"  required: {REQUIRED}: {'met' if ratio >= REQUIRED else 'missed'}")


if __name__ == "__main__":
    run(measure, tell=tell, saved=False, loop_factory=new_event_loop)
