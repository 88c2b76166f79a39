"""Group commit: calls that come while a statement runs share the next one.

A call that comes alone goes out at once and waits for nobody. Under load the batches grow by
themselves, as everything that came while the connections were busy goes out together.

A statement costs as much as ten rows in it, at the server and here. So a second one joins the one
that is under way only when it is as large, and not for what comes in the meantime; but what waits
behind a statement that hangs goes on without it.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Generic, TypeVar

import msgspec

from messagestore.errors import DatabaseUnavailable
from messagestore.repository.histogram import Histogram

SMALLEST_SHARE = 16
"""Items that are worth a statement of their own, beside one that is under way."""

PATIENCE = 0.1
"""Seconds after which a statement hangs: it waits for a lock, or the server for its disk."""

Item = TypeVar("Item")
Result = TypeVar("Result")

_Batch = list[tuple[Item, "asyncio.Future[Result]"]]

Apply = Callable[[Sequence[Item]], Awaitable[Sequence[Result | Exception]]]
"""Writes a batch in one transaction; returns for each item its result, or its own error."""


class BatchLimits(msgspec.Struct, frozen=True, kw_only=True):
    """What bounds batches and memory: items a batch, weight a batch, and items that may wait.

    After `patience` seconds under way, a batch holds up no other.
    """

    items: int
    weight: int
    waiting: int
    workers: int = 2
    patience: float = PATIENCE


class BatchCounters(msgspec.Struct):
    """What a batcher did since it was made; `sizes` and `seconds` are of its batches."""

    batches: int = 0
    items: int = 0
    largest_batch: int = 0
    sizes: Histogram = msgspec.field(default_factory=Histogram.of_items)
    seconds: Histogram = msgspec.field(default_factory=Histogram.of_seconds)
    turned_away: int = 0
    most_waiting: int = 0


class Batcher(Generic[Item, Result]):
    """Gathers concurrent calls into batches; each caller gets its own result or error.

    Raises DatabaseUnavailable when more than `limits.waiting` calls would wait: that is the
    back-pressure, and keeps memory bounded.
    """

    def __init__(
        self, apply: Apply[Item, Result], weigh: Callable[[Item], int], limits: BatchLimits
    ) -> None:
        self._apply = apply
        self._weigh = weigh
        self._limits = limits
        self._waiting: deque[tuple[Item, asyncio.Future[Result]]] = deque()
        self._workers: set[asyncio.Task[None]] = set()
        self._working = 0
        self._under_way = 0  # items in statements that do not hang
        self.counters = BatchCounters()

    @property
    def waiting(self) -> int:
        """How many items wait for a batch."""
        return len(self._waiting)

    async def submit(self, item: Item) -> Result:
        """Have an item written with the next batch; returns, or raises, when that is committed.

        Cancelling the call takes the item back while it waits; one that is under way goes on.
        """
        if len(self._waiting) >= self._limits.waiting:
            self.counters.turned_away += 1
            raise DatabaseUnavailable(
                f"{len(self._waiting)} writes wait for the database already; try again later."
            )
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        self.counters.most_waiting = max(self.counters.most_waiting, len(self._waiting))
        self._start_worker()
        return await future

    async def close(self) -> None:
        """Wait until nothing is under way or waits."""
        while self._workers:
            await asyncio.wait(self._workers)

    def _start_worker(self) -> None:
        """Have a worker more, if what waits is worth it."""
        if self._working == self._limits.workers or len(self._waiting) < self._least():
            return
        self._working += 1
        worker = asyncio.create_task(self._work())
        self._workers.add(worker)
        worker.add_done_callback(self._workers.discard)

    def _least(self) -> int:
        """Return how many items are worth a statement now."""
        return max(self._under_way, SMALLEST_SHARE) if self._under_way else 1

    async def _work(self) -> None:
        try:
            while batch := self._next_batch():
                await self._write(batch)
        finally:
            # Not by counting tasks: one that found nothing left is among them a moment longer, and
            # whoever came in that moment would wait for ever.
            self._working -= 1

    async def _write(self, batch: "_Batch[Item, Result]") -> None:
        started = asyncio.get_running_loop().time()
        try:
            with self._patiently(len(batch)):
                results = await self._apply([item for item, _ in batch])
        except asyncio.CancelledError:
            for _, future in batch:
                future.cancel()
            raise
        except Exception as error:  # noqa: BLE001 (each caller gets it)
            results = [error] * len(batch)
        self._count(len(batch), asyncio.get_running_loop().time() - started)
        for (_, future), result in zip(batch, results, strict=True):
            _settle(future, result)

    @contextmanager
    def _patiently(self, items: int) -> Iterator[None]:
        """Count items as under way, unless it takes too long: then another worker may go on."""

        def lose_patience() -> None:
            nonlocal items
            self._under_way -= items
            items = 0
            self._start_worker()

        self._under_way += items
        self._start_worker()  # for what this batch has left
        timer = asyncio.get_running_loop().call_later(self._limits.patience, lose_patience)
        try:
            yield
        finally:
            timer.cancel()
            self._under_way -= items

    def _next_batch(self) -> "_Batch[Item, Result]":
        batch: _Batch[Item, Result] = []
        weight = 0
        share = len(self._waiting)
        if share < self._least():
            return batch  # whoever is under way takes these, too
        if not self._under_way:  # one part is prepared while the server writes the other
            share = max(SMALLEST_SHARE, share // self._limits.workers)
        while self._waiting and len(batch) < min(share, self._limits.items):
            item, future = self._waiting[0]
            weight += self._weigh(item)
            if batch and weight > self._limits.weight:
                break
            self._waiting.popleft()
            if not future.cancelled():
                batch.append((item, future))
        return batch

    def _count(self, items: int, seconds: float) -> None:
        counters = self.counters
        counters.batches += 1
        counters.items += items
        counters.largest_batch = max(counters.largest_batch, items)
        counters.sizes.observe(items)
        counters.seconds.observe(seconds)


def _settle(future: "asyncio.Future[Result]", result: Result | Exception) -> None:
    if future.done():  # its caller has gone
        return
    if isinstance(result, Exception):
        future.set_exception(result)
    else:
        future.set_result(result)
