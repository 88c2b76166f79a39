"""Times are those of the loop; what is waited for is the act itself."""

import asyncio

from messagestore.expiry import Expiry


async def test_what_stays_in_is_handed_over_once_it_is_due_the_oldest_first() -> None:
    loop = asyncio.get_running_loop()
    started, due = loop.time(), asyncio.Queue[str]()
    held = Expiry[str](0.05, due.put_nowait)
    held.put("first")
    held.put("second")
    assert [await due.get(), await due.get()] == ["first", "second"]
    assert loop.time() - started >= 0.05
    assert len(held) == 0


async def test_what_is_put_in_later_has_its_own_time() -> None:
    """Fails when the timer is not set again for what is left, or all is due with the first."""
    loop = asyncio.get_running_loop()
    due = asyncio.Queue[tuple[str, float]]()
    held = Expiry[str](0.05, lambda thing: due.put_nowait((thing, loop.time())))
    held.put("first")
    await asyncio.sleep(0.03)
    began = loop.time()
    held.put("second")
    (first, _), (second, later) = await due.get(), await due.get()
    assert (first, second) == ("first", "second")
    assert later - began >= 0.05


async def test_what_is_taken_out_is_never_due() -> None:
    due = asyncio.Queue[str]()
    held = Expiry[str](0.02, due.put_nowait)
    for thing in ("first", "second", "third", "fourth"):
        held.put(thing)
    held.take("second")
    held.take("not in")
    assert held.take_newest() == "fourth"
    assert [await due.get(), await due.get()] == ["first", "third"]
    assert held.take_newest() is None


async def test_a_closed_one_watches_no_longer() -> None:
    """Fails without `cancel()`: then the timer comes before the one that ends the test."""
    due: list[str] = []
    held = Expiry[str](0.01, due.append)
    held.put("first")
    held.close()
    await asyncio.sleep(0.02)
    assert due == []
