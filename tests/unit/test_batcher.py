import asyncio
from collections.abc import Sequence

import pytest

from messagestore.errors import DatabaseUnavailable
from messagestore.repository.batcher import Batcher, BatchLimits


class Doubler:
    """Writes a batch by doubling it; waits while `gate` is closed, and refuses negative numbers."""

    def __init__(self, *, waiting: int = 100, items: int = 10, weight: int = 1000) -> None:
        self.gate = asyncio.Event()
        self.gate.set()
        self.batches: list[list[int]] = []
        limits = BatchLimits(items=items, weight=weight, waiting=waiting, workers=1)
        self.batcher = Batcher[int, int](self.apply, lambda number: number, limits)

    async def apply(self, items: Sequence[int]) -> Sequence[int | Exception]:
        self.batches.append(list(items))
        await self.gate.wait()
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
