"""The pool: connections that are lent, come back, and are lent again."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from types import TracebackType

import asyncpg

from messagestore.database.connection import Connection
from messagestore.database.variants import NO_VARIANTS
from messagestore.errors import DatabaseReadOnly
from messagestore.expiry import Expiry

IDLE_SECONDS = 300.0
"""How long a connection that nobody needs is kept; the server has few."""

READ_ONLY = (asyncpg.ReadOnlySQLTransactionError, DatabaseReadOnly)

Connect = Callable[[], Awaitable["asyncpg.Connection[asyncpg.Record]"]]


class Pool:
    """Lends connections, the last used first, and opens one when all are lent.

    With `most` of them lent or being opened, callers wait: first come, first served. No statement
    of ours leaves session state, so nothing is reset when a connection comes back.
    """

    def __init__(
        self,
        connect: Connect,
        variants: Mapping[str, str] = NO_VARIANTS,
        *,
        most: int,
        command_timeout: float,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self._connect = connect
        self._variants = variants
        self._most = most
        self._command_timeout = command_timeout
        self._running = Expiry(command_timeout, Connection.cut_late)
        self._idle = Expiry(idle_seconds, Connection.cut)
        self._lent: set[Connection] = set()
        self._opening = 0
        self._waiting: deque[asyncio.Future[Connection | None]] = deque()
        self._closing: asyncio.Future[None] | None = None

    @property
    def idle(self) -> int:
        """Connections that are open and not lent."""
        return len(self._idle)

    @property
    def lent(self) -> int:
        """Connections that are lent."""
        return len(self._lent)

    def lend(self) -> "Loan":
        """Lend a connection, for an `async with`. Raises what the driver raises."""
        return Loan(self)

    def take_idle(self) -> Connection | None:
        """Lend one that is open and idle, if there is any."""
        while self._closing is None and (connection := self._idle.take_newest()) is not None:
            if not connection.is_closed():
                self._lent.add(connection)
                return connection
        return None

    async def open_or_wait(self) -> Connection:
        """Lend a new one, or one that comes back when there may be no more."""
        if self._closing is not None:
            raise _closed()
        if len(self._lent) + self._opening < self._most:
            self._opening += 1
            return await self._open()
        turn: asyncio.Future[Connection | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            connection = await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._decline(turn.result())
            raise
        return connection or await self._open()

    def take_back(self, connection: Connection) -> None:
        """Take back one that was lent, for the next who needs one."""
        self._lent.remove(connection)
        if connection.is_fit():
            self._pass_on(connection)
        else:
            connection.cut()
            self._pass_on(None)

    async def close(self) -> None:
        """Lend no more, wait for those that are lent, and take leave of the server."""
        self._closing = asyncio.get_running_loop().create_future()
        for turn in self._waiting:
            if not turn.done():
                turn.set_exception(_closed())
        if self._lent or self._opening:
            await self._closing
        while (connection := self._idle.take_newest()) is not None:
            await connection.close()
        self.cut()

    def cut(self) -> None:
        """Close all at once, those that are lent too."""
        self._running.close()
        self._idle.close()
        while (connection := self._idle.take_newest()) is not None:
            connection.cut()
        for connection in self._lent:
            connection.cut()

    async def _open(self) -> Connection:
        """Open one, in the room that is kept for it."""
        try:
            connection = await self._connected()
        except BaseException:
            self._decline(None)
            raise
        self._opening -= 1
        self._lent.add(connection)
        return connection

    async def _connected(self) -> Connection:
        connection = Connection(await self._connect(), self._running, self._command_timeout)
        try:
            await connection.choose(self._variants)
            if self._closing is None:
                return connection
        except BaseException:
            connection.cut()
            raise
        connection.cut()
        raise _closed()

    def _decline(self, offer: Connection | None) -> None:
        """Pass on a connection, or the room for one, that was kept for who needs it no longer."""
        if offer is not None:
            self.take_back(offer)
        else:
            self._opening -= 1
            self._pass_on(None)

    def _pass_on(self, offer: Connection | None) -> None:
        """Give a connection, or (None) the room for one, to who waits first."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                if offer is None:
                    self._opening += 1
                else:
                    self._lent.add(offer)
                turn.set_result(offer)
                return
        if offer is not None:
            self._idle.put(offer)
        if self._closing is not None and not (self._lent or self._opening or self._closing.done()):
            self._closing.set_result(None)


class Loan:
    """A connection while it is lent.

    It is cut when its user gives up in the middle of a statement: the driver would ask the server
    to cancel and wait for that, and a frozen server never answers. One to a server that takes no
    writes any more is cut too: the next one finds the new primary where the URL names several
    hosts, or its host has been given to another server.
    """

    __slots__ = ("_connection", "_pool")

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def __aenter__(self) -> Connection:
        """Lend it."""
        self._connection = self._pool.take_idle() or await self._pool.open_or_wait()
        return self._connection

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """Take it back."""
        if error is not None and _spoils(error):
            self._connection.cut()
        self._pool.take_back(self._connection)


def _closed() -> asyncpg.InterfaceError:
    return asyncpg.InterfaceError("the pool is closed")


def _spoils(error: BaseException) -> bool:
    return not isinstance(error, Exception) or isinstance(error, (TimeoutError, *READ_ONLY))
