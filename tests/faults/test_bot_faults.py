"""A bot is killed or told to stop: what it was told to be safe is safe."""

import asyncio
import random
import signal

import asyncpg
import pytest

from messagestore import MessageStore, Settings
from messagestore.logger.result import LogResult
from tests.builders import new_message
from tests.faults.bot import Bot
from tests.faults.load import assert_kept, drained
from tests.faults.table import Figures
from tests.faults.victim import Victim

HURRIED = 0.01
"""A deadline so short that a part of the messages is spooled, and written as well, all the time."""


@pytest.mark.fault(
    "bot killed",
    how="SIGKILL x 50 under 64 callers",
    required="0 of >= 100,000 lost, 0 twice",
)
async def test_killed_bot(settings: Settings, full_form: bool, figures: Figures) -> None:
    """Every other bot spools; each adopts what the one before left, the last one is this process.

    Fails without `adopt_orphans` in Drain._adopt_when_due, with an answer before
    `await future` in Batcher.submit, or before `await self._spooler.append` in DurableLog._keep.
    """
    acknowledged: list[str] = []
    kills = 50 if full_form else 5
    for round_ in range(kills):
        with Bot(settings, deadline=HURRIED if round_ % 2 else 2.0) as bot:
            at_least = 2000 if full_form else 100
            moment = random.randint(at_least, at_least + 1000)  # noqa: S311 (no secret)
            await asyncio.to_thread(bot.acknowledges, moment)
            bot.signal(signal.SIGKILL)
            await asyncio.to_thread(bot.wait)
        assert bot.exit_code == -signal.SIGKILL
        acknowledged += bot.acknowledged
    async with MessageStore.open(settings=settings) as store:
        await drained(store, seconds=60 if full_form else 10)
    assert settings.database_url is not None
    figures(f"{kills} kills")
    await assert_kept(settings.database_url, acknowledged, figures)
    assert not full_form or len(acknowledged) >= 100_000


@pytest.mark.fault("bot stopped", how="SIGTERM in a burst", required="0 lost, all drained")
async def test_stopped_bot(settings: Settings, figures: Figures) -> None:
    """SIGTERM in a burst: the rest is drained, as the database is up.

    Fails without the loop over `_drain_once` in Drain.finish.
    """
    with Bot(settings, deadline=HURRIED) as bot:
        await asyncio.to_thread(bot.acknowledges, 1000)
        bot.signal(signal.SIGTERM)
        await asyncio.to_thread(bot.wait)
        assert (bot.exit_code, "never" in bot.complaint) == (0, False), bot.complaint
    assert list(settings.spool_folder.glob("*.spool")) == [], "all was drained"
    assert settings.database_url is not None
    await assert_kept(settings.database_url, bot.acknowledged, figures)


@pytest.mark.fault(
    "bot stopped in an outage",
    how="SIGTERM in a burst, the database down",
    required="0 lost, drained by the next process",
)
async def test_stopped_bot_in_an_outage(
    victim: Victim, settings: Settings, figures: Figures
) -> None:
    """SIGTERM in a burst while the database is down: the next process drains it.

    The callers do not pause while the store closes. Fails without `if self._closing` in
    DurableLog.write.
    """
    with Bot(settings, deadline=0.5, grace=0.5) as bot:
        await asyncio.to_thread(bot.acknowledges, 200)
        await asyncio.to_thread(victim.stop)
        await asyncio.to_thread(bot.acknowledges, 1000)
        bot.signal(signal.SIGTERM)
        await asyncio.to_thread(bot.wait, seconds=5.0)
        assert (bot.exit_code, "never" in bot.complaint) == (0, False), bot.complaint
    await asyncio.to_thread(victim.start)
    async with MessageStore.open(settings=settings) as store:
        await drained(store)
    assert settings.database_url is not None
    await assert_kept(settings.database_url, bot.acknowledged, figures)


async def test_call_under_way_while_closing(settings: Settings) -> None:
    """A call whose statement is stuck when the store closes is finished, at its deadline.

    The statement goes on and commits later, and the next process writes the record once more.
    Fails without `await self._idle.wait()` in DurableLog.close.
    """
    url = str(settings.database_url)
    hurried = settings.model_copy(update={"close_grace": 0.0})
    blocker = await asyncpg.connect(url)

    async def log() -> LogResult:
        result = await store.logger.log_incoming(new_message(message_id="stuck"))
        await blocker.execute("COMMIT")
        return result

    try:
        async with MessageStore.open(settings=hurried) as store:
            await blocker.execute("BEGIN; LOCK TABLE messages")
            call = asyncio.create_task(log())
            waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
            while not await blocker.fetchval(waiting):  # noqa: ASYNC110 (another process's doing)
                await asyncio.sleep(0)
        assert (await call).outcome == "spooled"
    finally:
        await blocker.close()
    async with MessageStore.open(settings=settings) as store:
        await drained(store)
    assert await assert_kept(url, ["stuck"]) == 1
