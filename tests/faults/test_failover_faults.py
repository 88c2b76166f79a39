"""The server takes no writes any more, or another takes its place."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

import pytest

from messagestore import MessageStore, Settings
from messagestore.database.embedded.postmaster import PORT
from messagestore.database.migrator import migrate
from tests.faults.load import Load, assert_kept, count_lost, drained, settings_for
from tests.faults.table import Figures
from tests.faults.victim import Victim

DATABASE = "messagestore"
RESUME = 5.0
"""Seconds after which writes go to the new primary again, at most."""

Pair = tuple[Victim, Victim, Settings]


@pytest.fixture
def make_pair(victim_folder: Path, tmp_path: Path) -> Iterator[Callable[[str], Pair]]:
    """Make a primary, its running standby, and settings that name both, in this order.

    The text is `synchronous_standby_names`: `*` for synchronous replication, nothing for none.
    """
    servers = ExitStack()

    def make(synchronous: str) -> Pair:
        place = victim_folder / tmp_path.name
        primary = Victim(place / "primary", synchronous_standby_names=synchronous)
        servers.enter_context(primary)
        standby = servers.enter_context(primary.copy(place / "standby"))
        asyncio.run(migrate(primary.url(DATABASE)))
        sockets = f"{primary.socket_dir},{standby.socket_dir}"
        url = (
            f"postgresql://messagestore:@/{DATABASE}?host={quote(sockets, safe='/,')}"
            f"&port={PORT},{PORT}&target_session_attrs=read-write"
        )
        return primary, standby, settings_for(url, tmp_path / "spool")

    with servers:
        yield make


async def promoted(standby: Victim, load: Load) -> float:
    """Promote it; return the seconds until a call is stored in it."""
    since = time.monotonic()
    await standby.promote()
    return await load.stored_again(since=since)


async def taken_over(
    standby: Victim,
    settings: Settings,
    fail: Callable[[], Awaitable[None]],
    full_form: bool,
    figures: Figures,
) -> Load:
    """Let the primary fail under load, promote the standby, and return what was logged."""
    async with MessageStore.open(settings=settings) as store:
        load = Load(store, rate=400)
        async with load.running():
            await load.more(400)
            await fail()
            await load.more(200)
            took = await promoted(standby, load)
            await drained(store)
        figures(f"writes resumed after {took:.2f} s, {load.outcomes['spooled']} spooled")
        assert load.outcomes.keys() == {"stored", "spooled"}
        assert took <= RESUME or not full_form
    return load


@pytest.mark.fault(
    "server turns read-only",
    how="default_transaction_read_only and back",
    required=f"calls return, 0 lost, writes resume <= {RESUME:.0f} s after",
)
async def test_server_turns_read_only(
    victim: Victim, settings: Settings, full_form: bool, figures: Figures
) -> None:
    """Fails when translate() takes SQLSTATE 25006 for the record's fault, as it does class 22."""
    async with MessageStore.open(settings=settings) as store:
        load = Load(store, rate=400)
        async with load.running():
            await load.more(200)
            await victim.set_read_only(True)
            try:
                await load.more(400)
            finally:
                since = time.monotonic()
                await victim.set_read_only(False)
            took = await load.stored_again(since=since)
            await drained(store)
        figures(f"{load.outcomes['spooled']} spooled, writes resumed after {took:.2f} s")
        assert load.outcomes.keys() == {"stored", "spooled"}
        assert took <= RESUME or not full_form
    await assert_kept(str(settings.database_url), load.acknowledged, figures)


@pytest.mark.fault(
    "failover",
    how="primary SIGKILLed, synchronous standby promoted",
    required=f"0 lost, 0 twice, writes resume <= {RESUME:.0f} s after",
)
async def test_failover(
    make_pair: Callable[[str], Pair], full_form: bool, figures: Figures
) -> None:
    """While the standby is the only one there, and takes no writes, no host fits the URL.

    Fails without `asyncpg.InternalClientError` in faults._CLIENT: the driver's error for that
    comes out, and ends the drain.
    """
    primary, standby, settings = await asyncio.to_thread(make_pair, "*")
    load = await taken_over(
        standby, settings, lambda: asyncio.to_thread(primary.kill), full_form, figures
    )
    await assert_kept(str(settings.database_url), load.acknowledged, figures)


@pytest.mark.fault(
    "failover from a primary that is silent",
    how="primary SIGSTOPped, synchronous standby promoted",
    required=f"0 lost, 0 twice, writes resume <= {RESUME:.0f} s after",
)
async def test_failover_from_a_silent_primary(
    make_pair: Callable[[str], Pair], full_form: bool, figures: Figures
) -> None:
    """It takes connections and says nothing, as a machine without power refuses none.

    Fails without `connect=Hosts(url).connect` in Database.open, as the second host is never tried;
    and without `former.terminate()` in Hosts, as the batches wait for the first.
    """
    primary, standby, settings = await asyncio.to_thread(make_pair, "*")
    load = await taken_over(
        standby, settings, lambda: asyncio.to_thread(primary.freeze), full_form, figures
    )
    await assert_kept(standby.url(DATABASE), load.acknowledged, figures)


@pytest.mark.fault(
    "switchover",
    how="primary read-only but up, standby promoted",
    required=f"0 lost, 0 twice, writes resume <= {RESUME:.0f} s after",
)
async def test_switchover(
    make_pair: Callable[[str], Pair], full_form: bool, figures: Figures
) -> None:
    """Connections to the old primary stay good, but are of no use.

    Fails without `*READ_ONLY` in pool.py: writes never resume.
    """
    primary, standby, settings = await asyncio.to_thread(make_pair, "*")
    load = await taken_over(
        standby, settings, lambda: primary.set_read_only(True), full_form, figures
    )
    await assert_kept(standby.url(DATABASE), load.acknowledged, figures)


@pytest.mark.parametrize(
    "synchronous",
    [
        pytest.param(
            "*",
            marks=pytest.mark.fault(
                "failover to a standby that is behind",
                how="standby stopped before the primary is killed",
                required="0 lost, 0 twice",
            ),
            id="synchronous",
        ),
        pytest.param(
            "",
            marks=pytest.mark.fault(
                "failover to a standby that is behind, control",
                how="the same without synchronous replication",
                required="some lost",
            ),
            id="asynchronous",
        ),
    ],
)
async def test_standby_that_is_behind(
    make_pair: Callable[[str], Pair], synchronous: str, figures: Figures
) -> None:
    """What the primary could not copy was not acknowledged by it, and is in the spool.

    Fails with `self._keep(record)` in DurableLog replaced by an answer without it. The control
    shows what is lost without synchronous replication: durability.md says so.
    """
    primary, standby, settings = await asyncio.to_thread(make_pair, synchronous)
    async with MessageStore.open(settings=settings) as store:
        load = Load(store, rate=400)
        async with load.running():
            await load.more(100)
            await asyncio.to_thread(standby.stop)
            await load.more(300)
            await asyncio.to_thread(primary.kill)
            await asyncio.to_thread(standby.start)
            await promoted(standby, load)
            await drained(store)
        assert load.outcomes.keys() <= {"stored", "spooled"}
    if synchronous:
        await assert_kept(str(settings.database_url), load.acknowledged, figures)
    else:
        lost = await count_lost(str(settings.database_url), load.acknowledged)
        figures(f"{len(load.acknowledged):,} acknowledged, {lost} lost")
        assert lost > 0
