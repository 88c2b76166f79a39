"""DurableLog: a record that was taken is in the database, in the spool, or in the quarantine.

The database is asked first, for at most `deadline` seconds. When it does not answer, or refuses
for a reason that is not the record's content, the record goes to the spool, and so do the next
ones, at once, until the drain has found the database back. Records that may have been written and
are kept all the same do no harm: writing one twice changes nothing.
"""

import asyncio
import logging
import random
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import msgspec

from messagestore.errors import DatabaseError, RecordRefused, SpoolError, SpoolUnavailable
from messagestore.logger.metrics import LogMetrics, Metrics
from messagestore.logger.spool import Entry, NewEntry
from messagestore.logger.spooler import Spooler
from messagestore.repository.recorder import Recorder
from messagestore.repository.records import (
    Amendment,
    Record,
    StoreMessage,
    Written,
    decode,
    encode,
    target_of,
)

DRAIN_ROWS = 500
DRAIN_BYTES = 8 * 1024 * 1024
_SHORTEST_REST = 0.1
_LONGEST_REST = 2.0

_log = logging.getLogger("messagestore")


class Spooled(msgspec.Struct, frozen=True):
    """The record is in the spool, and will be written when the database is back."""

    entry_id: int


class Quarantined(msgspec.Struct, frozen=True):
    """The database refuses the record for its content; it is kept, with the reason."""

    reason: str


class DurableLog:
    """Writes records so that none is lost, and no outage holds the caller up."""

    def __init__(self, recorder: Recorder, spooler: Spooler, *, deadline: float) -> None:
        self._recorder = recorder
        self._spooler = spooler
        self._deadline = deadline
        self._outage = False
        self._backlog = asyncio.Event()
        self._drain: asyncio.Task[None] | None = None
        self._closing = False
        self._under_way = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self.metrics = LogMetrics()

    def start(self) -> None:
        """Begin to drain what is, or comes, into the spool."""
        if self._spooler.has_orphans():
            self._backlog.set()  # what amends a message may find it there only
        self._drain = asyncio.create_task(self._keep_draining())

    async def write(self, record: Record) -> Written | Spooled | Quarantined:
        """Write or keep a record. Raises SpoolError when neither was possible."""
        if self._closing:
            # Or else callers who do not pause would keep the store from ever closing.
            self.metrics.refused += 1
            raise SpoolUnavailable("The store is closed: log while it is open.")
        self._under_way += 1
        self._idle.clear()
        try:
            return await self._write_or_keep(record)
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._idle.set()

    async def figures(self) -> Metrics:
        """Return the figures of the writer and the spool."""
        return Metrics(
            records=self.metrics,
            batches=self._recorder.counters,
            waiting=self._recorder.waiting,
            spool=await self._spooler.stats(),
        )

    async def close(self, *, grace: float) -> None:
        """Drain what can be drained in `grace` seconds; the rest stays in the spool.

        What was called before is finished, within the deadline; what comes later is turned away.
        """
        self._closing = True
        if self._drain is not None:
            self._drain.cancel()
            with suppress(asyncio.CancelledError):
                await self._drain
        await self._idle.wait()
        with suppress(TimeoutError, DatabaseError, SpoolError):
            async with asyncio.timeout(grace):
                await self._recorder.close()
                while self._spooler.opened and await self._drain_once():
                    pass
        await self._spooler.close()

    async def _write_or_keep(self, record: Record) -> Written | Spooled | Quarantined:
        # A spooled message may be stored as well: what rewrites it must not come before it.
        behind = self._backlog.is_set() and isinstance(record, Amendment)
        if not self._outage and not behind:
            try:
                return await self._write_in_time(record)
            except RecordRefused as error:
                return await self._quarantine(record, str(error))
            except (DatabaseError, TimeoutError) as error:
                self._notice_outage(error)
        return await self._keep(record)

    async def _write_in_time(self, record: Record) -> Written | Spooled:
        async with asyncio.timeout(self._deadline):
            written = await self._recorder.write(record)
        self.metrics.written += 1
        if written is None and self._backlog.is_set():
            # What it amends may be in the spool: it waits its turn behind that.
            return await self._keep(record)
        return written

    async def _keep(self, record: Record) -> Spooled:
        with self._counting_refusals():
            entry_id = await self._spooler.append(_entry_of(record))
        self.metrics.spooled += 1
        self._backlog.set()
        return Spooled(entry_id)

    async def _quarantine(self, record: Record, reason: str) -> Quarantined:
        with self._counting_refusals():
            await self._spooler.quarantine(_entry_of(record), reason)
        self.metrics.quarantined += 1
        return Quarantined(reason)

    @contextmanager
    def _counting_refusals(self) -> Iterator[None]:
        try:
            yield
        except SpoolError:
            self.metrics.refused += 1
            raise

    def _notice_outage(self, error: Exception) -> None:
        if not self._outage:
            _log.warning("messages go to the spool: %s", str(error) or "no answer in time")
        self._outage = True
        self._backlog.set()

    async def _keep_draining(self) -> None:
        rest = _SHORTEST_REST
        with suppress(SpoolError, OSError):
            await self._spooler.adopt_orphans()
        if self._spooler.opened:  # also when not every orphan could be taken over
            self._backlog.set()
        while True:
            await self._backlog.wait()
            kept = self.metrics.spooled
            try:
                more = await self._drain_once()
                rest = _SHORTEST_REST
            except (DatabaseError, SpoolError, OSError) as error:  # a TimeoutError is an OSError
                _log.info("the spool waits: %s", str(error) or "no answer in time")
                await asyncio.sleep(rest * random.uniform(0.5, 1))  # noqa: S311 (jitter)
                rest = min(rest * 2, _LONGEST_REST)
                continue
            # What was kept since the spool was read keeps the drain awake.
            if not more and not self._outage and kept == self.metrics.spooled:
                self._backlog.clear()

    async def _drain_once(self) -> bool:
        """Write the oldest entries, and forget them; False when there are none."""
        entries = await self._spooler.read(DRAIN_ROWS, DRAIN_BYTES)
        async with asyncio.timeout(self._deadline + len(entries) / 10):
            await self._recorder.probe()
            if self._outage:
                _log.warning("the database is back")
            self._outage = False
            done = await self._write_entries(entries)
        await self._spooler.delete(done)
        self.metrics.drained += len(done)
        return bool(entries)

    async def _write_entries(self, entries: list[Entry]) -> list[int]:
        """Write entries in their order; return the ids of those that are in the database."""
        records: list[Record] = []
        ids: list[int] = []
        for entry in entries:
            try:
                records.append(decode(entry.payload))
                ids.append(entry.id)
            except msgspec.MsgspecError as error:
                await self._set_apart(entry.id, f"not a record ({type(error).__name__})")
        done: list[int] = []
        results = await self._recorder.write_many(records)
        for entry_id, result in zip(ids, results, strict=True):
            if isinstance(result, Exception):
                await self._set_apart(entry_id, str(result))
            elif result is None:
                await self._set_apart(entry_id, "the message that it changes is not stored")
            else:
                done.append(entry_id)
        return done

    async def _set_apart(self, entry_id: int, reason: str) -> None:
        await self._spooler.set_apart(entry_id, reason)
        self.metrics.quarantined += 1
        _log.error("a spooled record is in the quarantine: %s", reason)


def _entry_of(record: Record) -> NewEntry:
    """Return the record as the spool keeps it: in order within its context, where it names it."""
    if isinstance(record, StoreMessage):
        return NewEntry(encode(record), key=record.message.context_id)
    return NewEntry(encode(record), key=target_of(record))
