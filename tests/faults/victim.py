"""An embedded server of one's own, and what can happen to it."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Self

import asyncpg

from messagestore.database.embedded import EmbeddedServer
from messagestore.database.embedded.account import Account
from messagestore.database.embedded.binaries import find_binaries
from messagestore.database.embedded.cluster import cluster_folder
from messagestore.database.embedded.replicas import copy_server
from tests.conftest import execute
from tests.servers import is_alive


class Victim:
    """A server that dies, freezes and comes back. Its methods block, but for a moment only."""

    def __init__(self, data_dir: Path, **settings: str) -> None:
        self._server = EmbeddedServer(data_dir, extra_settings=settings)
        self._frozen: list[int] = []

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.thaw()
        self._server.stop()

    def url(self, database: str) -> str:
        return self._server.url(database)

    @property
    def account(self) -> Account:
        """The account that the server runs as."""
        return Account.of_owner(cluster_folder(self._server.data_dir, find_binaries()))

    @property
    def socket_dir(self) -> Path:
        folder = self._server.status().socket_dir
        assert folder is not None, "it does not run"
        return folder

    def start(self) -> None:
        """Start it, when it does not run."""
        self._server.start()

    def stop(self) -> None:
        """Stop it as an operator does."""
        self._server.stop()

    def kill(self) -> None:
        """End the postmaster as kill -9 does; the others follow by themselves."""
        pids = self._pids()
        os.kill(pids[0], signal.SIGKILL)
        eventually(lambda: not any(is_alive(pid) for pid in pids))

    def copy(self, data_dir: Path) -> "Victim":
        """Make a standby of it with pg_basebackup, to be started."""
        copy_server(self._server, data_dir, durable=False)
        return Victim(data_dir)

    async def promote(self) -> None:
        """Make the standby a primary; it takes writes when this returns."""
        await execute(self.url("postgres"), "SELECT pg_promote()")

    async def set_read_only(self, value: bool) -> None:
        """Have it take writes no longer, or again; open connections stay."""
        setting = f"ALTER SYSTEM SET default_transaction_read_only = {value}"
        await execute(self.url("postgres"), setting, "SELECT pg_reload_conf()")

    def give(self, folder: Path) -> Path:
        """Make a folder the server's own."""
        folder.mkdir(mode=0o700)
        os.chown(folder, self.account.uid, self.account.gid)
        return folder

    def freeze(self) -> None:
        """Stop every process, the postmaster first, so that it makes no new ones."""
        os.kill(self._pids()[0], signal.SIGSTOP)
        self._frozen = self._pids()
        for pid in self._frozen[1:]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on, when it was frozen."""
        frozen, self._frozen = self._frozen, []
        for pid in reversed(frozen):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

    def _pids(self) -> list[int]:
        """Return the postmaster and its children."""
        postmaster = self._server.status().pid
        assert postmaster is not None, "it does not run"
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text()
        return [postmaster, *map(int, children.split())]


@asynccontextmanager
async def held_up(url: str) -> AsyncIterator[int]:
    """Hold up what messagestore writes; give the server process of a statement that waits."""
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            await connection.execute("LOCK TABLE message_keys IN SHARE MODE")
            waiting = None
            async with asyncio.timeout(20):
                while waiting is None:
                    # Not pg_stat_activity, which is read once in a transaction.
                    waiting = await connection.fetchval(
                        "SELECT pid FROM pg_locks WHERE NOT granted "
                        "AND relation = 'message_keys'::regclass LIMIT 1"
                    )
            yield waiting
    except (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, ConnectionError):
        pass  # what was done to the other has cut this one as well
    finally:
        connection.terminate()


async def cut_connections(url: str) -> list[int]:
    """Terminate every connection of messagestore to a database; return the server processes."""
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch(
            "SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND application_name = 'messagestore'"
        )
    finally:
        await connection.close()
    return [row["pid"] for row in rows]


def eventually(condition: Callable[[], object], *, seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)
