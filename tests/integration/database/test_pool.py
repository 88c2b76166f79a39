import asyncio
import random
from collections.abc import Callable
from functools import partial

import asyncpg
import pytest

from messagestore.database import connection as connection_module
from messagestore.database.pool import Pool
from tests.conftest import execute

PID = "SELECT pg_backend_pid()"
OPEN = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend'
"""

MakePool = Callable[..., Pool]


@pytest.fixture
def make_pool(database_url: str) -> MakePool:
    """Make a pool of connections to a database of its own; the test closes it."""

    def make(*, most: int = 2, command_timeout: float = 30.0, idle_seconds: float = 300.0) -> Pool:
        connect = partial(asyncpg.connect, database_url)
        return Pool(connect, most=most, command_timeout=command_timeout, idle_seconds=idle_seconds)

    return make


async def pid(pool: Pool) -> int:
    """Return the server process of the connection that is lent now."""
    async with pool.lend() as connection:
        return int(await connection.fetchval(PID))


async def test_a_connection_is_lent_again_the_last_used_first(make_pool: MakePool) -> None:
    pool = make_pool()
    async with pool.lend() as one, pool.lend() as other:
        assert (pool.lent, pool.idle) == (2, 0)
        first, second = await one.fetchval(PID), await other.fetchval(PID)
    assert first != second
    assert (pool.lent, pool.idle) == (0, 2)
    assert [await pid(pool) for _ in range(3)] == [first] * 3
    await pool.close()


async def test_more_callers_than_connections_take_turns(make_pool: MakePool) -> None:
    """Fails when who comes back is not given to who waits first."""
    pool, served = make_pool(most=2), list[int]()

    async def call(number: int) -> int:
        async with pool.lend() as connection:
            served.append(number)
            return int(await connection.fetchval(OPEN))

    seen = await asyncio.gather(*map(call, range(20)))
    assert max(seen) <= 2
    # The first two open a connection each, and either may be slow at that.
    waited = [number for number in served if number >= 2]
    assert waited == sorted(waited)
    await pool.close()


# The driver leaves a socket that it was opening, when it is cancelled, to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore:unclosed transport:ResourceWarning")
async def test_no_connection_is_lost_to_callers_that_give_up(make_pool: MakePool) -> None:
    """Those give up who are served, who wait for a new one, and who are next.

    Fails without `self._decline(None)` in _open().
    """
    pool, chance = make_pool(most=3), random.Random(7)  # noqa: S311 (no secret)

    async def call() -> None:
        async with pool.lend() as connection:
            await connection.fetchval("SELECT pg_sleep($1)", chance.uniform(0, 0.01))

    calls = [asyncio.create_task(call()) for _ in range(200)]
    for task in calls[:150]:
        await asyncio.sleep(chance.choice((0, 0.002)))
        task.cancel()
    await asyncio.gather(*calls, return_exceptions=True)
    async with asyncio.timeout(20), pool.lend() as one, pool.lend(), pool.lend():
        assert pool.lent == 3
        await one.fetchval(PID)
    await pool.close()


async def test_a_connection_that_was_given_to_a_caller_who_gave_up_goes_on_to_the_next(
    make_pool: MakePool,
) -> None:
    """Fails without `self._decline(turn.result())`."""
    pool = make_pool(most=1)
    async with pool.lend() as first:
        waiting = [asyncio.create_task(pid(pool)) for _ in range(2)]
        await asyncio.sleep(0)
        expected = await first.fetchval(PID)
    waiting[0].cancel()  # it was given the connection, and has not run since
    async with asyncio.timeout(20):
        assert await waiting[1] == expected
    assert waiting[0].cancelled()
    await pool.close()


@pytest.mark.parametrize("error", [asyncio.CancelledError, TimeoutError, KeyboardInterrupt])
async def test_a_connection_whose_user_gave_up_is_not_lent_again(
    make_pool: MakePool, error: type[BaseException]
) -> None:
    pool = make_pool()
    with pytest.raises(error):
        async with pool.lend() as connection:
            raise error
    assert connection.is_closed()
    assert (pool.lent, pool.idle) == (0, 0)
    await pool.close()


async def test_a_connection_whose_statement_failed_is_lent_again(make_pool: MakePool) -> None:
    pool = make_pool()
    before = await pid(pool)
    with pytest.raises(asyncpg.DivisionByZeroError):
        async with pool.lend() as connection:
            await connection.fetch("SELECT 1 / 0")
    assert await pid(pool) == before
    await pool.close()


async def test_a_connection_that_is_left_in_a_transaction_is_not_lent_again(
    make_pool: MakePool,
) -> None:
    """Fails without is_in_transaction() in Connection.is_fit."""
    pool = make_pool()
    async with pool.lend() as connection:
        await connection.execute("BEGIN")
    assert connection.is_closed()
    assert pool.idle == 0
    await pool.close()


async def test_an_old_connection_is_not_lent_again(
    make_pool: MakePool, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = make_pool()
    first = await pid(pool)
    monkeypatch.setattr(connection_module, "LIFETIME_SECONDS", 0.0)
    assert await pid(pool) == first
    assert pool.idle == 0
    await pool.close()


async def test_each_connection_runs_the_variants_that_fit_its_database(
    empty_database_url: str,
) -> None:
    """A table of that name is all that tells; fails without `choose` in Pool._connected."""
    connect = partial(asyncpg.connect, empty_database_url)
    pool = Pool(connect, {"SELECT 1 AS number": "SELECT 2 AS number"}, most=2, command_timeout=30.0)
    found = []
    async with pool.lend() as before:
        await before.execute("CREATE TABLE messages (id integer)")
        await before.execute("CREATE TABLE message_places (id integer)")
        async with pool.lend() as after:
            for connection in (before, after):
                found.append(
                    [row["number"] for row in await connection.fetch("SELECT 1 AS number")]
                )
                row = await connection.fetchrow("SELECT 1 AS number")
                found.append([row["number"]] if row else [])
    assert found == [[1], [1], [2], [2]]
    await pool.close()


async def test_a_connection_that_nobody_needs_is_closed(make_pool: MakePool) -> None:
    pool = make_pool(idle_seconds=0.05)
    async with pool.lend() as connection:
        await connection.fetchval(PID)
    async with asyncio.timeout(20):
        while pool.idle:  # noqa: ASYNC110 (it has no event)
            await asyncio.sleep(0.01)
    assert connection.is_closed()
    await pool.close()


async def test_a_connection_that_the_server_closed_meanwhile_is_replaced(
    make_pool: MakePool, database_url: str
) -> None:
    pool = make_pool()
    async with pool.lend() as connection:
        first = await connection.fetchval(PID)
    await execute(database_url, f"SELECT pg_terminate_backend({first})")
    async with asyncio.timeout(20):
        while not connection.is_closed():  # noqa: ASYNC110 (it has no event)
            await asyncio.sleep(0.01)
    assert await pid(pool) != first
    await pool.close()


async def test_a_connection_that_cannot_be_opened_leaves_its_room_to_the_next(
    database_url: str,
) -> None:
    """Fails without `self._decline(None)` in _open()."""
    refusals = [OSError("refused"), OSError("refused")]

    async def connect() -> "asyncpg.Connection[asyncpg.Record]":
        await asyncio.sleep(0)
        if refusals:
            raise refusals.pop()
        return await asyncpg.connect(database_url)

    pool = Pool(connect, most=1, command_timeout=30.0)
    async with asyncio.timeout(20):
        found = await asyncio.gather(*(pid(pool) for _ in range(4)), return_exceptions=True)
    assert [type(each) for each in found] == [OSError, OSError, int, int]
    await pool.close()


async def test_closing_waits_for_those_that_are_lent_and_lends_no_more(
    make_pool: MakePool,
) -> None:
    pool = make_pool(most=2)
    async with pool.lend() as connection:
        async with pool.lend():
            waiting = asyncio.create_task(pid(pool))
            await asyncio.sleep(0)
            closing = asyncio.create_task(pool.close())
            await asyncio.sleep(0)
            with pytest.raises(asyncpg.InterfaceError, match="closed"):
                await waiting
        with pytest.raises(asyncpg.InterfaceError, match="closed"):
            await pid(pool)
        assert await connection.fetchval("SELECT 1") == 1
        assert not closing.done()
    async with asyncio.timeout(20):
        await closing
    assert connection.is_closed()


async def test_cutting_closes_those_that_are_lent(make_pool: MakePool) -> None:
    pool = make_pool()
    asyncio.get_running_loop().call_later(0.2, pool.cut)
    with pytest.raises(asyncpg.PostgresConnectionError):
        async with pool.lend() as connection:
            await connection.fetch("SELECT pg_sleep(30)")
    assert (pool.lent, pool.idle) == (0, 0)


@pytest.mark.parametrize("method", ["fetch", "fetchrow", "fetchval", "execute"])
async def test_a_statement_that_takes_too_long_is_given_up(
    make_pool: MakePool, method: str
) -> None:
    """The deadline is of each statement: a transaction of many may take longer.

    Fails without `_in_time` in that method.
    """
    pool = make_pool(command_timeout=0.3)
    async with pool.lend() as connection:
        for _ in range(4):
            await getattr(connection, method)("SELECT pg_sleep(0.1)")
    with pytest.raises(TimeoutError):
        async with pool.lend() as connection:
            await getattr(connection, method)("SELECT pg_sleep(3)")
    assert connection.is_closed()
    await pool.close()


async def test_a_copy_that_takes_too_long_is_given_up(
    make_pool: MakePool, database_url: str
) -> None:
    """Fails without asyncio.timeout in Connection.copy."""
    await execute(database_url, "CREATE TABLE copied (number integer)")
    pool = make_pool(command_timeout=0.3)
    async with pool.lend() as holder:
        await holder.execute("BEGIN")
        await holder.execute("LOCK TABLE copied")
        async with asyncio.timeout(20) as patience:
            with pytest.raises(TimeoutError):
                async with pool.lend() as connection:
                    await connection.copy("copied", ["number"], [(1,)])
        assert not patience.expired()
        await holder.execute("ROLLBACK")
    assert connection.is_closed()
    await pool.close()
