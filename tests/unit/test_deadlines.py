"""A deadline does what `asyncio.timeout` does, with one timer for all of them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from messagestore.deadlines import Deadlines

Within = Callable[[float], AbstractAsyncContextManager[object]]

SHORT, LONG = 0.01, 3600.0


@asynccontextmanager
async def _ours(seconds: float) -> AsyncIterator[None]:
    with Deadlines(seconds).within():
        yield


@pytest.fixture(params=[_ours, asyncio.timeout], ids=["ours", "asyncio's"])
def within(request: pytest.FixtureRequest) -> Within:
    found: Within = request.param
    return found


async def test_what_takes_too_long_is_a_timeout(within: Within) -> None:
    with pytest.raises(TimeoutError):
        async with within(SHORT):
            await asyncio.Event().wait()
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_what_is_in_time_returns_or_raises_its_own(within: Within) -> None:
    async with within(LONG):
        await asyncio.sleep(0)
    with pytest.raises(KeyError):
        async with within(LONG):
            raise KeyError


async def test_another_cancellation_goes_on(within: Within) -> None:
    async def work() -> None:
        async with within(LONG):
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_of_two_the_one_that_is_over_says_so(within: Within) -> None:
    with pytest.raises(TimeoutError):
        async with within(SHORT), within(LONG):
            await asyncio.Event().wait()
    async with within(LONG):
        with pytest.raises(TimeoutError):
            async with within(SHORT):
                await asyncio.Event().wait()


async def test_each_of_many_has_the_seconds_from_its_own_begin() -> None:
    """Fails when the timer is not set again for those that began later."""
    deadlines = Deadlines(SHORT)

    async def late(turns: int) -> str:
        for _ in range(turns):
            await asyncio.sleep(SHORT / 7)
        try:
            with deadlines.within():
                await asyncio.Event().wait()
        except TimeoutError:
            return "over"
        return "in time"

    async def early() -> str:
        with deadlines.within():
            await asyncio.sleep(0)
        return "in time"

    async with asyncio.timeout(20):
        works = [late(turns) for turns in range(20)] + [early()]
        ends = await asyncio.gather(*works)
    assert ends == ["over"] * 20 + ["in time"]


def test_they_serve_one_event_loop_after_another() -> None:
    """Fails when the timer of a loop that is closed counts as set."""
    deadlines = Deadlines(SHORT)

    async def over() -> None:
        async with asyncio.timeout(20):
            with pytest.raises(TimeoutError), deadlines.within():
                await asyncio.Event().wait()

    async def in_time() -> None:
        with deadlines.within():
            await asyncio.sleep(0)

    for work in (in_time, over, over):
        with asyncio.Runner() as runner:
            runner.run(work())
