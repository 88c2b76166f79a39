"""Webhooks: durable ones a second by 64 connections, in ratios of one run (`make bench`).

Two controls: the same server and route answering 200 and doing nothing, and the writer without
HTTP. The three take turns, so that a machine that slows down slows all; quoted are medians of the
ratios. Each has its account of processor time, as client, service and PostgreSQL share the machine.
"""

import asyncio
import itertools
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from benchmarks.child import Running, running
from benchmarks.loaded import stored
from benchmarks.place import Place
from benchmarks.processor_time import ProcessorTime
from benchmarks.program import run
from benchmarks.results import Result, now
from benchmarks.webhook_load import webhook
from messagestore import MessageStore
from messagestore.bench.ingest import timed
from messagestore.http.server import new_event_loop
from messagestore.logger.result import Outcome

HERE = Path(__file__).parent
SECRET = "a secret of this benchmark only"  # noqa: S105 (of nothing else)
CONNECTIONS = 64
ROUNDS = 5
COUNT = 4096
REQUIRED = 0.5
_numbers = itertools.count(step=COUNT)


class Turn(NamedTuple):
    """What one of the three came to: webhooks a second, and microseconds of processors for each."""

    rate: float
    microseconds: dict[str, float]


Round = dict[str, Turn]
"""The turns of one round: `served`, `nothing` and `logged`."""


def service(url: str, spool: Path, *options: str) -> AbstractContextManager[Running]:
    """Run `messagestore serve` on a database."""
    return running(
        *("-m", "messagestore", "serve", "--port", "0", *options),
        stderr=subprocess.DEVNULL,
        MESSAGESTORE_DATABASE_URL=url,
        MESSAGESTORE_SPOOL_DIR=str(spool),
        MESSAGESTORE_WEBHOOK_SECRETS=json.dumps({"whatsapp_cloud": [SECRET]}),
    )


def by_http(url: str) -> Turn:
    """Return how many webhooks a server answers a second, and what sending one costs."""
    where = urlsplit(url)
    load = [sys.executable, str(HERE / "webhook_load.py"), str(where.hostname), str(where.port)]
    load += [str(next(_numbers)), str(COUNT), str(CONNECTIONS), SECRET]
    told = subprocess.run(load, check=True, stdout=subprocess.PIPE, text=True).stdout  # noqa: S603
    rate, seconds = map(float, told.split())
    return Turn(rate, {"load": seconds * 1e6 / COUNT})


async def by_server(server: Running, postgresql: int) -> Turn:
    """Do the same, with the account of the server and of PostgreSQL."""
    spent = ProcessorTime(service=server.pid, postgresql=postgresql).begin()
    turn = await asyncio.to_thread(by_http, server.said)
    used = {name: used / COUNT for name, used in spent.microseconds().items()}
    return Turn(turn.rate, used | turn.microseconds)


async def by_log(store: MessageStore, postgresql: int) -> Turn:
    """Return how many payloads as many callers log a second, without HTTP."""
    first = next(_numbers)
    payloads = iter([webhook(number) for number in range(first, first + COUNT)])

    async def caller() -> None:
        for payload in payloads:
            (result,) = await store.logger.log_payload("whatsapp_cloud", payload)
            if result.outcome is not Outcome.STORED:
                sys.exit(f"a payload came to {result.outcome}")

    spent = ProcessorTime(postgresql=postgresql).begin()
    ours = time.process_time()
    seconds = await timed(asyncio.gather(*(caller() for _ in range(CONNECTIONS))))
    used = {"service": (time.process_time() - ours) * 1e6 / COUNT}
    used |= {name: used / COUNT for name, used in spent.microseconds().items()}
    return Turn(COUNT / seconds, used)


async def measure(place: Place, workers: int) -> Result:
    """Measure with services of so many processes."""
    url = await place.new_database("webhooks")
    machine, postgresql = place.machine(), place.server.status().pid or 0
    rounds: list[Round] = []
    with ExitStack() as stack:
        ours = stack.enter_context(service(url, place.folder / "served", "--workers", str(workers)))
        nothing = stack.enter_context(
            running("-m", "benchmarks.webhook_control", str(workers), stderr=subprocess.DEVNULL)
        )
        async with place.store(url) as store:
            for _ in range(ROUNDS + 1):
                served = await by_server(ours, postgresql)
                answered = await by_server(nothing, postgresql)
                logged = await by_log(store, postgresql)
                rounds.append({"served": served, "nothing": answered, "logged": logged})
    rows = await stored(url)
    name = "webhooks" if workers == 1 else f"webhooks-{workers}"
    figures = summary(rounds[1:], workers)
    return Result(name=name, at=now(), machine=machine, rows=rows, figures=figures)


def summary(rounds: Sequence[Round], workers: int) -> dict[str, Any]:
    """Return the medians, and whether what is required is met."""
    account = {
        one: {
            process: round(statistics.median(each[one].microseconds[process] for each in rounds))
            for process in rounds[0][one].microseconds
        }
        for one in rounds[0]
    }
    of_nothing, of_logged = (
        statistics.median(each["served"].rate / each[control].rate for each in rounds)
        for control in ("nothing", "logged")
    )
    return {
        "connections": CONNECTIONS,
        "workers": workers,
        "per_second": {
            one: round(statistics.median(each[one].rate for each in rounds)) for one in rounds[0]
        },
        "microseconds": account,
        "most_per_second": round((os.cpu_count() or 1) * 1e6 / sum(account["served"].values())),
        "of_nothing": round(of_nothing, 2),
        "of_logged": round(of_logged, 2),
        "required": REQUIRED,
        "met": of_nothing >= REQUIRED or of_logged >= 1,
    }


def tell(result: Result) -> None:
    """Print the rates, the ratios and the account."""
    found = result.figures
    rates, account, workers = found["per_second"], found["microseconds"], found["workers"]
    print(f"{CONNECTIONS} connections, {workers} worker(s): {rates['served']:,} durable webhooks/s")
    print(f"  {found['of_nothing']:.2f} of a route that does nothing ({rates['nothing']:,}/s)")
    print(f"  {found['of_logged']:.2f} of the writer without HTTP ({rates['logged']:,}/s)")
    for one, used in account.items():
        parts = ", ".join(f"{process} {microseconds:,}" for process, microseconds in used.items())
        print(f"  processor time of each, microseconds, {one}: {parts}")
    print(f"  all processors give at most {found['most_per_second']:,}/s at that")
    met = "met" if found["met"] else "missed"
    print(f"  required: {REQUIRED} of the route, or the writer's own rate if that is lower: {met}")


if __name__ == "__main__":
    run(measure, tell=tell, loop_factory=new_event_loop, workers=1)
