"""What happens to the database under load: nothing acknowledged is lost, and no call hangs."""

import asyncio
import os
import signal
import time

import pytest

from messagestore import MessageStore, Settings
from messagestore.event import MessageEdited
from tests.faults.load import Load, assert_kept, drained, until
from tests.faults.table import Figures
from tests.faults.victim import Victim, cut_connections, held_up

ALLOWANCE = 2.0
"""Seconds beyond the deadline, for the fsync of a spool on a loaded machine."""


@pytest.mark.fault(
    "PostgreSQL killed",
    how="SIGKILL of the postmaster x 20",
    required="0 lost, calls return, drained <= 10 s after its return",
)
async def test_killed_server(
    victim: Victim, settings: Settings, full_form: bool, figures: Figures
) -> None:
    """Fails without `notice_outage(error)` falling through to `_keep` in DurableLog.write."""
    async with MessageStore.open(settings=settings) as store:
        load, took = Load(store, rate=400), list[float]()
        async with load.running():
            for _ in range(20 if full_form else 3):
                await load.more(100)
                await asyncio.to_thread(victim.kill)
                await load.more(100)
                await asyncio.to_thread(victim.start)
                took.append(await drained(store))
        await drained(store)
        figures(f"{len(took)} kills, drained in {max(took):.2f} s")
        figures(f"slowest call {load.slowest:.2f} s")
        assert load.outcomes.keys() == {"stored", "spooled"}
        assert load.slowest < settings.log_deadline + ALLOWANCE
    assert settings.database_url is not None
    await assert_kept(settings.database_url, load.acknowledged, figures)


@pytest.mark.fault(
    "connections cut", how="pg_terminate_backend of all x 50", required="0 lost, 0 twice"
)
async def test_cut_connections(settings: Settings, full_form: bool, figures: Figures) -> None:
    """Fails with `self._keep(record)` in DurableLog.write replaced by an answer without it."""
    url = settings.database_url
    assert url is not None
    async with MessageStore.open(settings=settings) as store:
        load = Load(store, rate=1000)
        async with load.running():
            cut: list[int] = []
            for _ in range(50 if full_form else 10):
                await load.more(100)
                async with held_up(url):
                    cut += await cut_connections(url)
        await drained(store)
        assert load.outcomes.keys() == {"stored", "spooled"}
    figures(f"{len(cut)} cut")
    await assert_kept(url, load.acknowledged, figures)


@pytest.mark.fault(
    "one backend killed", how="SIGKILL of the backend x 50", required="0 lost, 0 twice"
)
async def test_killed_backend(settings: Settings, full_form: bool, figures: Figures) -> None:
    """The server restarts all its processes then, and refuses everybody for a while.

    Fails with SQLSTATE class 57 taken for the record's fault in database/faults.py.
    """
    url = settings.database_url
    assert url is not None
    async with MessageStore.open(settings=settings) as store:
        load = Load(store, rate=400)
        async with load.running():
            kills = 50 if full_form else 2
            for _ in range(kills):
                await load.more(200)
                async with held_up(url) as pid:
                    os.kill(pid, signal.SIGKILL)
                await load.more(200)
                await drained(store)
        await drained(store)
        assert load.outcomes.keys() == {"stored", "spooled"}
    figures(f"{kills} kills")
    await assert_kept(url, load.acknowledged, figures)


@pytest.mark.fault(
    "PostgreSQL frozen",
    how="SIGSTOP of all its processes for 30 s",
    required=f"calls return within the deadline (1 s) + {ALLOWANCE:.0f} s, 0 lost, drained",
)
async def test_frozen_server(
    victim: Victim, settings: Settings, full_form: bool, figures: Figures
) -> None:
    """A frozen server fires no timeout of its own and answers no request to cancel.

    Fails without `asyncio.timeout` in DurableLog._write_in_time; the edit, which has a connection
    of its own, also without `self._connection.cut()` in Loan.
    """
    url = settings.database_url
    assert url is not None
    async with MessageStore.open(settings=settings) as store:
        load = Load(store, rate=400)
        async with load.running():
            await load.more(200)
            edit = MessageEdited(message_id=load.acknowledged[0], content="new", edit_id="e1")
            victim.freeze()
            started = time.monotonic()
            assert (await store.logger.log_event(edit)).outcome == "spooled"
            assert time.monotonic() - started < settings.log_deadline + ALLOWANCE
            await asyncio.sleep(30 if full_form else 4)
            assert load.outcomes["spooled"] > 100
            victim.thaw()
            await load.more(200)
        figures(f"slowest call {load.slowest:.2f} s, drained in {await drained(store):.2f} s")
        assert load.outcomes.keys() == {"stored", "spooled"}
        assert load.slowest < settings.log_deadline + ALLOWANCE
    await assert_kept(url, load.acknowledged, figures)


@pytest.mark.fault(
    "PostgreSQL down",
    how="stopped for 10 minutes at 200 messages/s",
    required="100 % acknowledged, 0 lost, drained in <= 120 s",
)
async def test_outage(
    victim: Victim,
    settings: Settings,
    full_form: bool,
    figures: Figures,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Everything is spooled, then drained, and then the database is asked first again.

    Fails when Drain._run does not repeat after a DatabaseError, and without
    `self._outage = False` in Drain._drain_once.
    """
    url = settings.database_url
    assert url is not None
    rate, seconds = 200, 600 if full_form else 3
    async with MessageStore.open(settings=settings) as store:
        load = Load(store, rate=rate)
        async with load.running():
            await load.more(100)
            await asyncio.to_thread(victim.stop)
            await asyncio.sleep(seconds)
            assert load.outcomes["spooled"] > 0.8 * rate * seconds
            await asyncio.to_thread(victim.start)
            took = await drained(store, seconds=120 if full_form else 10)
            figures(f"{seconds} s down, {load.outcomes['spooled']:,} spooled")
            figures(f"drained in {took:.1f} s")
            load.outcomes.pop("stored")
            await load.more(50)
            assert "stored" in load.outcomes, "the database is asked first again"
        assert load.outcomes.keys() == {"stored", "spooled"}, "all were acknowledged"
        assert load.slowest < settings.log_deadline + ALLOWANCE
    assert [r.getMessage() for r in caplog.records if r.name.startswith("asyncpg")] == []
    await assert_kept(url, load.acknowledged, figures)


@pytest.mark.fault(
    "bot started in an outage", how="PostgreSQL stopped before", required="0 lost, drained"
)
async def test_start_in_an_outage(victim: Victim, settings: Settings, figures: Figures) -> None:
    """Fails without `self.durable.notice_outage(error)` in MessageStore._check_database."""
    victim.stop()
    async with MessageStore.open(settings=settings) as store:
        load = Load(store, rate=400)
        async with load.running():
            await load.more(200)
            await asyncio.to_thread(victim.start)
            await load.more(200)
            await until(lambda: load.outcomes["stored"] > 0)
        await drained(store)
        assert load.outcomes.keys() == {"stored", "spooled"}
    assert settings.database_url is not None
    await assert_kept(settings.database_url, load.acknowledged, figures)
