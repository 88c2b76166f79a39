"""MessageStore: opens and closes everything."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from messagestore.database.database import Database
from messagestore.database.embedded import EmbeddedServer
from messagestore.database.migrator import check_schema, migrate
from messagestore.database.reader import Reader
from messagestore.database.replicas import opened_reader
from messagestore.errors import DatabaseUnavailable, LoginRefused, MessageStoreError
from messagestore.logger.commands import CommandDetector
from messagestore.logger.durable_log import DurableLog
from messagestore.logger.message_logger import MessageLogger
from messagestore.logger.quarantine_desk import QuarantineDesk
from messagestore.logger.spooler import Spooler
from messagestore.partitions import keep_maintaining
from messagestore.preparation import Preparation
from messagestore.providers import add_mappings
from messagestore.repository.changes import ChangeRepository
from messagestore.repository.messages import Clock, MessageRepository
from messagestore.repository.queries.distributed import variants
from messagestore.repository.recorder import Recorder
from messagestore.repository.tokens import TokenRepository
from messagestore.repository.upkeep import (
    flush_search_index,
    keep_flushing,
    keep_forgetting,
    keep_forgetting_pending,
    refresh_statistics,
)
from messagestore.retention import Retention, Rules, keep_retaining
from messagestore.service import MessageService
from messagestore.settings import Settings

_LAST_FLUSH = 5.0
"""Seconds that closing the store spends on the search index at most."""


def utc_now() -> datetime:
    """Return the time; the clock unless another is given."""
    return datetime.now(UTC)


class MessageStore:
    """The messages of a bot: `messages` (the repository), `service` (use cases), `logger`."""

    def __init__(
        self,
        database: Database,
        reader: Reader,
        settings: Settings,
        *,
        url: str,
        clock: Clock = utc_now,
    ) -> None:
        self.database = database
        self.reader = reader
        self.settings = settings
        self.clock = clock
        recorder = self.recorder = Recorder(database, reader, waiting=settings.most_waiting_writes)
        preparation = Preparation(clock, settings.bot_sender)
        spooler = Spooler(settings.spool_folder, limit_bytes=settings.spool_limit_bytes)
        self.spooler = spooler
        self.durable = DurableLog(recorder, spooler, deadline=settings.log_deadline)
        self.messages = MessageRepository(database, reader, recorder, clock)
        self.changes = ChangeRepository(database)
        self.tokens = TokenRepository(database)
        self.retention = Retention(database, url, Rules.of(settings), clock)
        self.service = MessageService(reader, self.messages, recorder, preparation)
        commands = CommandDetector(settings.command_prefixes, settings.admin_commands)
        self.logger = MessageLogger(
            self.durable,
            preparation,
            commands,
            bot=settings.bot_sender,
            keep_unknown=settings.keep_unknown_payloads,
        )
        self.quarantine = QuarantineDesk(spooler, self.service, self.logger)

    async def settle(self) -> None:
        """Make queries as fast after a bulk load as they will be later."""
        await flush_search_index(self.database)
        await refresh_statistics(self.database)

    async def _check_database(self, *, needed: bool) -> None:
        settings = self.settings
        try:
            await self.database.connect(min(settings.pool_min_size, settings.pool_max_size))
            async with self.database.connection() as connection:
                await check_schema(connection)
        except DatabaseUnavailable as error:
            if needed or isinstance(error, LoginRefused):
                raise
            self.durable.notice_outage(error)

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        *,
        database_url: str | None = None,
        data_dir: Path | None = None,
        settings: Settings | None = None,
        clock: Clock = utc_now,
        needs_database: bool = False,
    ) -> AsyncIterator[Self]:
        """Open the store that the settings name, for an `async with`.

        Without a database URL, given here or in a setting, this is the embedded PostgreSQL, which
        is started, brought to this version's tables, and stopped by the last one to leave. A
        database that is named must have been migrated (`messagestore migrate`).

        While that one is out, the store opens all the same, so that a bot that starts meanwhile
        loses nothing: the log goes to the spool, and questions raise DatabaseUnavailable. With
        `needs_database` that is raised here. Raises also SchemaMismatch, LoginRefused,
        EmbeddedServerError, InvalidSettings.
        """
        settings = settings or Settings.load(database_url=database_url, data_dir=data_dir)
        add_mappings(settings.provider_mappings)
        async with _served(settings) as url:
            database = await Database.open(url, settings, variants())
            try:
                async with opened_reader(database, url, settings) as reader:
                    store = cls(database, reader, settings, url=url, clock=clock)
                    await store._check_database(needed=needs_database)
                    store.durable.start()
                    try:
                        async with (
                            _forgetting(store),
                            _search_kept_fast(database, settings.search_upkeep_seconds),
                            _months_kept_ahead(url, settings, clock),
                            _old_removed(store.retention, settings.retention_upkeep_seconds),
                        ):
                            yield store
                    finally:
                        await store.durable.close(grace=settings.close_grace)
            finally:
                await database.close()


@asynccontextmanager
async def _served(settings: Settings) -> AsyncIterator[str]:
    """Give the URL of the database, with the embedded server started where none is named."""
    if settings.database_url is not None:
        yield settings.database_url
        return
    server = EmbeddedServer(settings.data_dir)
    # Not to_thread, which makes a task: the end of the loop cancels all tasks, shielded or not.
    starting = asyncio.get_running_loop().run_in_executor(None, server.start)
    try:
        await asyncio.shield(starting)
        await migrate(server.url())
        yield server.url()
    finally:
        # A start that was cancelled goes on in its thread, and must be over before we leave.
        await asyncio.wait([starting])
        await asyncio.to_thread(server.close)


@asynccontextmanager
async def _forgetting(store: MessageStore) -> AsyncIterator[None]:
    """Forget what nobody can resume from, and what waits in vain."""
    settings = store.settings
    changes = keep_forgetting(store.changes, store.clock, settings.stream_hours)
    pending = keep_forgetting_pending(store.database, store.clock, settings.pending_days)
    async with _meanwhile(changes), _meanwhile(pending):
        yield


@asynccontextmanager
async def _search_kept_fast(database: Database, seconds: float) -> AsyncIterator[None]:
    if not seconds:
        yield
        return
    try:
        async with _meanwhile(keep_flushing(database, seconds)):
            yield
    finally:
        # What this process stored is searchable at full speed by the next one.
        with suppress(MessageStoreError, TimeoutError):
            async with asyncio.timeout(_LAST_FLUSH):
                await flush_search_index(database)


@asynccontextmanager
async def _months_kept_ahead(url: str, settings: Settings, clock: Clock) -> AsyncIterator[None]:
    if not settings.partition_upkeep_seconds:
        yield
        return
    async with _meanwhile(keep_maintaining(url, settings, clock)):
        yield


@asynccontextmanager
async def _old_removed(retention: Retention, seconds: float) -> AsyncIterator[None]:
    if not seconds:
        yield
        return
    async with _meanwhile(keep_retaining(retention, seconds)):
        yield


@asynccontextmanager
async def _meanwhile(upkeep: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    task = asyncio.create_task(upkeep)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
