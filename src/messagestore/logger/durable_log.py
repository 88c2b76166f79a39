"""DurableLog: a record that was taken is in the database, in the spool, or in the quarantine.

The database is asked first, for at most `deadline` seconds. When it does not answer, or refuses
for a reason that is not the record's content, the record goes to the spool, and so do the next
ones, at once, until the drain has found the database back. Records that may have been written and
are kept all the same do no harm: writing one twice changes nothing.
"""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from messagestore.deadlines import Deadlines
from messagestore.errors import DatabaseError, RecordRefused, SpoolError, SpoolUnavailable
from messagestore.logger.drain import Drain
from messagestore.logger.kept_payload import KeptPayload, encode_payload
from messagestore.logger.metrics import LogMetrics, Metrics
from messagestore.logger.spool import NewEntry
from messagestore.logger.spooler import Spooler
from messagestore.repository.recorder import Recorder
from messagestore.repository.records import (
    ConfirmSent,
    Record,
    StoreMessage,
    Written,
    encode,
    target_of,
)


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
        self._deadlines = Deadlines(deadline)
        self._closing = False
        self._under_way = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self.metrics = LogMetrics()
        self._drain = Drain(recorder, spooler, self.metrics, deadline=deadline)

    def start(self) -> None:
        """Begin to drain what is, or comes, into the spool."""
        self._drain.start()

    def notice_outage(self, error: Exception) -> None:
        """Go to the spool at once, until the database is back."""
        self._drain.notice_outage(error)

    async def write(self, record: Record) -> Written | Spooled | Quarantined:
        """Write or keep a record. Raises SpoolError when neither was possible."""
        if self._closing:
            # Or else callers who do not pause would keep the store from ever closing.
            self.metrics.refused += 1
            raise SpoolUnavailable("The store is closed: log while it is open.")
        self._under_way += 1
        self._idle.clear()
        started = time.monotonic()
        try:
            return await self._write_or_keep(record)
        finally:
            self.metrics.seconds.observe(time.monotonic() - started)
            self._under_way -= 1
            if not self._under_way:
                self._idle.set()

    async def keep_payload(self, payload: KeptPayload, reason: str) -> None:
        """Put a payload into the quarantine. Raises SpoolError."""
        entry = NewEntry(encode_payload(payload), key=payload.provider)
        await self._quarantine(entry, reason)

    async def figures(self) -> Metrics:
        """Return the figures of the writer and the spool."""
        return Metrics(
            records=self.metrics,
            batches=self._recorder.counters | {"spool": self._spooler.counters},
            waiting=self._recorder.waiting,
            spool=await self._spooler.stats(),
        )

    async def close(self, *, grace: float) -> None:
        """Drain what can be drained in `grace` seconds; the rest stays in the spool.

        What was called before is finished, within the deadline; what comes later is turned away.
        """
        self._closing = True
        await self._drain.stop()
        await self._idle.wait()
        await self._drain.finish(grace=grace)
        await self._spooler.close()

    async def _write_or_keep(self, record: Record) -> Written | Spooled | Quarantined:
        # A queued message in the spool may be stored as well: its confirmation comes after it.
        behind = self._drain.backlog and isinstance(record, ConfirmSent)
        if not self._drain.outage and not behind:
            try:
                return await self._write_in_time(record)
            except RecordRefused as error:
                return await self._quarantine(_entry_of(record), str(error))
            except (DatabaseError, TimeoutError) as error:
                self._drain.notice_outage(error)
        return await self._keep(record)

    async def _write_in_time(self, record: Record) -> Written | Spooled:
        with self._deadlines.within():
            written = await self._recorder.write(record)
        self.metrics.written += 1
        if written is None and self._drain.backlog:
            # What it confirms may be in the spool: it waits its turn behind that.
            return await self._keep(record)
        return written

    async def _keep(self, record: Record) -> Spooled:
        with self._counting_refusals():
            entry_id = await self._spooler.append(_entry_of(record))
        self.metrics.spooled += 1
        self._drain.notice_backlog()
        return Spooled(entry_id)

    async def _quarantine(self, entry: NewEntry, reason: str) -> Quarantined:
        with self._counting_refusals():
            await self._spooler.quarantine(entry, reason)
        self.metrics.quarantined += 1
        return Quarantined(reason)

    @contextmanager
    def _counting_refusals(self) -> Iterator[None]:
        try:
            yield
        except SpoolError:
            self.metrics.refused += 1
            raise


def _entry_of(record: Record) -> NewEntry:
    """Return the record as the spool keeps it: in order within its context, where it names it."""
    if isinstance(record, StoreMessage):
        return NewEntry(encode(record), key=record.message.context_id)
    return NewEntry(encode(record), key=target_of(record))
