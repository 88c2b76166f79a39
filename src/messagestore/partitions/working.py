"""Who may change the partitions: the one whose turn it is to migrate, so that neither disturbs."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from time import monotonic

from messagestore.database.migrator.connecting import Connection, opened
from messagestore.database.migrator.patience import Patience
from messagestore.database.migrator.turn import Turn

Report = Callable[[str], None]
"""Is told each step, as it begins."""

PATIENCE = 300.0
"""Seconds that the turn is waited for, and again the locks of each step."""

TURN = 5.0
"""Seconds of long work before others who want to change tables have a turn."""

REST = 1.0
"""Seconds that they have for it: they look once a second."""

Step = Callable[[Connection, float], Awaitable[bool]]
"""Does the next thing, until then at most; returns whether there may be more to do."""


def say_nothing(_step: str) -> None:
    """Report to nobody."""


@asynccontextmanager
async def working(
    url: str,
    *,
    patience: float = PATIENCE,
    connect_timeout: float = 10.0,
) -> AsyncIterator[Connection]:
    """Wait for the turn and lend a connection to work on, whose statements may take long.

    Raises DatabaseUnavailable when another process had the turn all the time.
    """
    async with opened(url, connect_timeout) as holding:
        turn, waiting = Turn(holding), Patience(patience, longest_rest=1.0)
        while not await turn.take(waiting):
            pass
        async with opened(url, connect_timeout, None) as connection:
            yield connection


async def in_turns(url: str, step: Step, *, patience: float) -> None:
    """Take step after step until nothing is left, and give up the turn now and then.

    Raises DatabaseUnavailable when another process had the turn all the time.
    """
    more = True
    while more:
        async with working(url, patience=patience) as connection:
            until = monotonic() + TURN
            while more and monotonic() < until:
                more = await step(connection, until)
        if more:
            await asyncio.sleep(REST)
