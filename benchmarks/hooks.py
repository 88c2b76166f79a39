"""Hooks: what one adds to a bot's own time, in milliseconds of the median (`make bench-hooks`).

Two bots of python-telegram-bot, of which one is captured, take turns with the same update and the
same send; Telegram answers at once. Beside it stands one message stored by itself: what comes in is
stored before it is handled, and what goes out is stored before and after it.
"""

import itertools
import statistics
import time
from collections.abc import Awaitable
from typing import Any, NamedTuple

import msgspec
import telegram
from telegram.ext import Application, ApplicationBuilder, MessageHandler, filters
from telegram.request import BaseRequest, RequestData

from benchmarks.place import Place
from benchmarks.program import run
from benchmarks.results import Result, now
from messagestore.bench.ingest import new_message
from messagestore.integrations.python_telegram_bot import capture

ROUNDS = 500
ALLOWED = 2.0
TOKEN = "7000000001:AAF-fictional-token-of-a-bot-0000000"  # noqa: S105 (nobody's)
PERSON = {"id": 5200000001, "is_bot": False, "first_name": "Nora"}
CHAT = {"id": 5200000001, "type": "private", "first_name": "Nora"}
ITSELF = {"id": 7000000001, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}
_numbers = itertools.count(1)


class Answering(BaseRequest):
    """Telegram, who takes everything."""

    @property
    def read_timeout(self) -> float:
        """Seconds; nothing is waited for."""
        return 1.0

    async def initialize(self) -> None:
        """Open nothing."""

    async def shutdown(self) -> None:
        """Close nothing."""

    async def do_request(  # noqa: PLR0913, PLR0917 (the framework's own)
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = None,
        write_timeout: Any = None,
        connect_timeout: Any = None,
        pool_timeout: Any = None,
    ) -> tuple[int, bytes]:
        """Answer."""
        del method, request_data, read_timeout, write_timeout, connect_timeout, pool_timeout
        message = {"message_id": next(_numbers), "from": ITSELF, "chat": CHAT, "date": 1772366400}
        result = ITSELF if url.endswith("getMe") else message | {"text": "hello to you"}
        return 200, msgspec.json.encode({"ok": True, "result": result})


def bot() -> "Application[Any, Any, Any, Any, Any, Any]":
    """Return a bot that does nothing with what it is told."""

    async def handled(_update: Any, _context: Any) -> None:
        """Do nothing."""

    request = Answering()
    builder = ApplicationBuilder().token(TOKEN).updater(None).request(request)
    application = builder.get_updates_request(Answering()).build()
    application.add_handler(MessageHandler(filters.TEXT, handled))
    return application


class Took(NamedTuple):
    """Milliseconds: by the clock, and of this process's processor."""

    clock: float
    processor: float


async def took(work: Awaitable[object]) -> Took:
    """Return what it took."""
    begun = time.perf_counter(), time.process_time()
    await work
    ended = time.perf_counter(), time.process_time()
    return Took(*((end - begin) * 1000 for begin, end in zip(begun, ended, strict=True)))


def medians(figures: list[Took]) -> Took:
    """Return the median of each."""
    return Took(*(statistics.median(column) for column in zip(*figures, strict=True)))


def more(mine: Took, control: Took) -> Took:
    """Return the difference."""
    return Took(mine.clock - control.clock, mine.processor - control.processor)


def received(application: Any) -> Awaitable[object]:
    """Have a bot told of one message."""
    number = next(_numbers)
    message = {"message_id": number, "from": PERSON, "chat": CHAT, "date": 1772366400}
    body = {"update_id": number, "message": message | {"text": "hello"}}
    done: Awaitable[object] = application.process_update(
        telegram.Update.de_json(body, application.bot)
    )
    return done


async def measure(place: Place) -> Result:
    """Let them take turns."""
    machine, url = place.machine(), await place.new_database("hooks")
    alone, captured = bot(), bot()
    incoming, outgoing, stored = [], [], []
    async with place.store(url) as store:
        capture(captured, store)
        async with alone, captured:
            for _ in range(ROUNDS):
                without = await took(received(alone))
                incoming.append(more(await took(received(captured)), without))
                without = await took(alone.bot.send_message(CHAT["id"], "hello to you"))
                sent = captured.bot.send_message(CHAT["id"], "hello to you")
                outgoing.append(more(await took(sent), without))
                stored.append(await took(store.messages.create(new_message("bench"))))
        stats = await store.service.get_message_stats(str(CHAT["id"]))
    if (stats.incoming, stats.outgoing) != (ROUNDS, ROUNDS):
        raise SystemExit(f"not everything was stored: {stats}")
    figures = {
        "stored": medians(stored),
        "hooks": {"received": medians(incoming), "sent": medians(outgoing)},
    }
    return Result(name="hooks", at=now(), machine=machine, rows=stats.total, figures=figures)


def tell(result: Result) -> None:
    """Print the medians."""
    one: Took = result.figures["stored"]
    hooks: dict[str, Took] = result.figures["hooks"]
    print(f"one message stored by itself: {one.clock:.2f} ms, {one.processor:.2f} of processor")
    for name, added in hooks.items():
        met = "met" if added.clock <= ALLOWED else "missed"
        print(
            f"a message {name}: {added.clock:.2f} ms more ({added.clock / one.clock:.2f} of that), "
            f"{added.processor:.2f} of processor; allowed are {ALLOWED:g} ms: {met}"
        )


if __name__ == "__main__":
    run(measure, tell=tell, saved=False)
