"""Applies migrations: watches over the turn and the writers meanwhile, and tries again."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from messagestore.database.migrator.alembic_run import apply_revision, driver_error
from messagestore.database.migrator.call import Call
from messagestore.database.migrator.connecting import connect
from messagestore.database.migrator.faults import explain, out_of_patience
from messagestore.database.migrator.patience import Patience
from messagestore.database.migrator.turn import Turn
from messagestore.database.migrator.watch import Watch, is_lost_connection

log = logging.getLogger("messagestore.migrations")

_FAULTS = (CommandError, SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError)


@dataclass(frozen=True, slots=True)
class Work:
    """What the one whose turn it is does."""

    call: Call
    turn: Turn
    watch: Watch

    async def apply(self, revisions: list[str]) -> None:
        """Apply the revisions one after the other, each in its own transaction."""
        scripts = ScriptDirectory(self.call.folder)
        async with self._engine() as engine:
            for revision in revisions:
                log.info("applying migration %s", revision)
                await alongside(
                    self._apply(engine, scripts, revision), keep_watch(self.turn, self.watch)
                )

    async def _apply(self, engine: AsyncEngine, scripts: ScriptDirectory, revision: str) -> None:
        """Try until the locks could be had without making anyone wait."""
        watch, patience = self.watch, Patience(self.call.patience)
        progress = watch.progress
        while error := await _attempt(engine, scripts, revision, watch):
            about_locks = watch.is_about_locks(error)
            if not about_locks and not is_lost_connection(error):
                raise explain(error, revision) from error
            if watch.progress != progress:
                patience, progress = Patience(self.call.patience), watch.progress
            log.info("migration %s tries again (%s)", revision, watch.waits_for or error)
            if not await patience.rest():
                if about_locks:
                    raise out_of_patience(revision, watch, self.call.patience) from error
                raise explain(error, revision) from error

    @asynccontextmanager
    async def _engine(self) -> AsyncIterator[AsyncEngine]:
        engine = create_async_engine(
            "postgresql+asyncpg://",
            # No command timeout: an index on many rows takes as long as it takes.
            async_creator=lambda: connect(self.call.url, self.call.connect_timeout, None),
            poolclass=NullPool,
            isolation_level="READ COMMITTED",
            # Behind pgbouncer a named statement would be looked for on another server.
            connect_args={
                "prepared_statement_cache_size": 0,
                "prepared_statement_name_func": lambda: "",
            },
        )
        try:
            yield engine
        finally:
            await engine.dispose()


async def _attempt(
    engine: AsyncEngine, scripts: ScriptDirectory, revision: str, watch: Watch
) -> Exception | None:
    """Run the revision once; return the driver's error, if it was that, instead of raising it."""
    try:
        async with engine.connect() as connection:
            await connection.run_sync(apply_revision, scripts, revision, watch)
    except _FAULTS as error:
        return driver_error(error)
    finally:
        watch.stop()
    return None


async def keep_watch(turn: Turn, watch: Watch) -> None:
    """Check, for ever, that the turn is still ours and that nobody waits for us."""
    while True:
        await turn.check()
        await watch.look()
        await asyncio.sleep(watch.limits.poll)


async def alongside(work: Coroutine[Any, Any, None], guard: Coroutine[Any, Any, None]) -> None:
    """Run the work for as long as the guard does not raise; then stop it and raise that."""
    working, guarding = asyncio.ensure_future(work), asyncio.ensure_future(guard)
    try:
        await asyncio.wait({working, guarding}, return_when=asyncio.FIRST_COMPLETED)
        if guarding.done():
            guarding.result()
        working.result()
    finally:
        await _stop(working, guarding)


async def _stop(*tasks: "asyncio.Future[None]") -> None:
    for task in tasks:
        task.cancel()
    waits: list[Awaitable[None]] = list(tasks)
    await asyncio.gather(*waits, return_exceptions=True)
