import asyncio
from collections.abc import Sequence

import pytest

from messagestore.errors import DatabaseUnavailable
from messagestore.repository.batcher import Batcher, BatchLimits


class Doubler:
    """Writes a batch by doubling it; waits while `gate` is closed, and refuses negative numbers."""

    def __init__(
        self,
        *,
        waiting: int = 100,
        items: int = 10,
        weight: int = 1000,
        workers: int = 1,
        patience: float = 60,
    ) -> None:
        self.gate = asyncio.Event()
        self.gate.set()
        self.batches: list[list[int]] = []
        self.written: list[int] = []
        self.second = asyncio.Event()
        limits = BatchLimits(
            items=items, weight=weight, waiting=waiting, workers=workers, patience=patience
        )
        self.batcher = Batcher[int, int](self.apply, lambda number: number, limits)

    async def apply(self, items: Sequence[int]) -> Sequence[int | Exception]:
        self.batches.append(list(items))
        if len(self.batches) > 1:
            self.second.set()
        await self.gate.wait()
        self.written += items
        if 999 in items:
            raise DatabaseUnavailable("all of it")
        return [ValueError("negative") if item < 0 else 2 * item for item in items]


async def test_a_lone_call_waits_for_nobody() -> None:
    doubler = Doubler()
    assert await doubler.batcher.submit(4) == 8
    assert doubler.batches == [[4]]


async def test_calls_that_come_meanwhile_share_the_next_batch() -> None:
    doubler = Doubler()
    doubler.gate.clear()
    calls = [asyncio.create_task(doubler.batcher.submit(number)) for number in range(25)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    doubler.gate.set()
    assert await asyncio.gather(*calls) == [2 * number for number in range(25)]
    assert sum(map(len, doubler.batches)) == 25
    assert max(map(len, doubler.batches)) == 10
    assert doubler.batcher.counters.items == 25
    assert doubler.batcher.counters.batches == len(doubler.batches) <= 4
    sizes, seconds = doubler.batcher.counters.sizes, doubler.batcher.counters.seconds
    assert (sizes.count, sizes.sum, seconds.count) == (len(doubler.batches), 25, sizes.count)
    assert sizes.buckets[sizes.bounds.index(10)] >= 2


def _many(doubler: Doubler, count: int) -> "list[asyncio.Task[int]]":
    return [asyncio.create_task(doubler.batcher.submit(number)) for number in range(count)]


async def _turns() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_of_many_that_come_at_once_two_workers_take_half_each() -> None:
    doubler = Doubler(items=500, weight=10**6, workers=2)
    doubler.gate.clear()
    calls = _many(doubler, 64)
    await _turns()
    assert [len(batch) for batch in doubler.batches] == [32, 32]
    doubler.gate.set()
    assert await asyncio.gather(*calls) == [2 * number for number in range(64)]


async def test_fewer_than_are_under_way_wait_for_these_and_as_many_go() -> None:
    doubler = Doubler(items=500, weight=10**6, workers=2)
    doubler.gate.clear()
    first = _many(doubler, 30)
    await _turns()
    assert [len(batch) for batch in doubler.batches] == [16], "the rest is no statement of its own"
    waiting = _many(doubler, 1)
    await _turns()
    assert [len(batch) for batch in doubler.batches] == [16]
    waiting += _many(doubler, 1)
    await _turns()
    assert [len(batch) for batch in doubler.batches] == [16, 16]
    more = _many(doubler, 7)
    doubler.gate.set()
    await asyncio.gather(*first, *waiting, *more)
    assert [len(batch) for batch in doubler.batches] == [16, 16, 7]


async def test_what_waits_behind_a_batch_that_hangs_goes_on_without_it() -> None:
    """Fails when `_patiently` has no timer."""
    doubler = Doubler(workers=2, patience=0.001)
    doubler.gate.clear()
    hanging = asyncio.create_task(doubler.batcher.submit(1))
    await _turns()
    calls = [asyncio.create_task(doubler.batcher.submit(number)) for number in (2, 3)]
    async with asyncio.timeout(20):
        await doubler.second.wait()
    assert doubler.batches == [[1], [2, 3]]
    doubler.gate.set()
    assert await asyncio.gather(hanging, *calls) == [2, 4, 6]
    await doubler.batcher.close()


async def test_calls_of_all_kinds_come_back_whatever_the_batches() -> None:
    """Fails where a worker leaves what nobody else takes."""
    doubler = Doubler(items=20, workers=2, waiting=1000)

    async def caller(number: int) -> None:
        for step in range(50):
            assert await doubler.batcher.submit(number) == 2 * number
            for _ in range((step * number) % 5):
                await asyncio.sleep(0)

    async with asyncio.timeout(60):
        await asyncio.gather(*(caller(number) for number in range(100)))
    assert len(doubler.written) == 5000


async def test_a_batch_is_bounded_by_weight_but_takes_one_however_heavy() -> None:
    doubler = Doubler(weight=10)
    await asyncio.gather(*(doubler.batcher.submit(number) for number in (6, 6, 50, 2, 2)))
    assert doubler.batches == [[6], [6], [50], [2, 2]]


async def test_each_call_gets_its_own_error() -> None:
    doubler = Doubler()
    calls = (doubler.batcher.submit(number) for number in (1, -1, 2))
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert [results[0], results[2]] == [2, 4]
    assert isinstance(results[1], ValueError)
    calls = (doubler.batcher.submit(number) for number in (1, 999))
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert all(isinstance(result, DatabaseUnavailable) for result in results)


async def test_beyond_what_may_wait_a_call_is_turned_away() -> None:
    doubler = Doubler(waiting=3)
    doubler.gate.clear()
    calls = [asyncio.create_task(doubler.batcher.submit(1))]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    calls += [asyncio.create_task(doubler.batcher.submit(1)) for _ in range(3)]
    await asyncio.sleep(0)
    with pytest.raises(DatabaseUnavailable, match="3 writes wait"):
        await doubler.batcher.submit(1)
    assert doubler.batcher.counters.turned_away == 1
    doubler.gate.set()
    assert await asyncio.gather(*calls) == [2] * 4


async def test_a_call_that_gives_up_while_it_waits_is_not_written() -> None:
    doubler = Doubler()
    doubler.gate.clear()
    first = asyncio.create_task(doubler.batcher.submit(1))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    second = asyncio.create_task(doubler.batcher.submit(2))
    await asyncio.sleep(0)
    second.cancel()
    doubler.gate.set()
    assert await first == 2
    await doubler.batcher.close()
    assert doubler.batches == [[1]]


async def test_a_call_that_comes_as_a_worker_leaves_is_not_forgotten() -> None:
    """Fails when the batcher counts its tasks: one that is leaving is still among them."""
    doubler = Doubler()
    answers: list[int] = []

    async def chain(number: int) -> None:
        for step in range(200):
            answers.append(await doubler.batcher.submit(number))
            for _ in range(step % 4):
                await asyncio.sleep(0)

    async with asyncio.timeout(20):
        await asyncio.gather(*(chain(number) for number in range(3)))
    assert len(answers) == 600
