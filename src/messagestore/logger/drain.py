"""Drain: what waits in the spool goes into the database, in its order, as soon as that answers."""

import asyncio
import logging
import random
from collections.abc import Sequence
from contextlib import suppress

import msgspec

from messagestore.errors import DatabaseError, RecordRefused, SpoolError
from messagestore.logger.metrics import LogMetrics
from messagestore.logger.spool import Entry
from messagestore.logger.spooler import Spooler
from messagestore.repository.recorder import Recorder
from messagestore.repository.records import Record, Written, decode

DRAIN_ROWS = 500
DRAIN_BYTES = 8 * 1024 * 1024
ADOPTION_SECONDS = 60.0
"""How often the spools of processes that died meanwhile are looked for."""

_SHORTEST_REST = 0.1
_LONGEST_REST = 2.0

_EXPECTED = (DatabaseError, SpoolError, OSError)  # a TimeoutError is an OSError
"""What an outage raises; everything else is a bug."""

_log = logging.getLogger("messagestore")


class Drain:
    """Empties the spool in the background. Nothing but `stop` ends it: a bug in it is reported."""

    def __init__(
        self, recorder: Recorder, spooler: Spooler, metrics: LogMetrics, *, deadline: float
    ) -> None:
        self._recorder = recorder
        self._spooler = spooler
        self._metrics = metrics
        self._deadline = deadline
        self._outage = False
        self._backlog = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._adoption_due = 0.0

    @property
    def outage(self) -> bool:
        """Whether the database was out when it was last asked."""
        return self._outage

    @property
    def backlog(self) -> bool:
        """Whether something may be in the spool."""
        return self._backlog.is_set()

    def notice_backlog(self) -> None:
        """Begin to drain, as something was put into the spool."""
        self._backlog.set()

    def notice_outage(self, error: Exception) -> None:
        """Remember that the database is out, and find out when it is back."""
        if not self._outage:
            _log.warning("messages go to the spool: %s", str(error) or "no answer in time")
        self._outage = True
        self._backlog.set()

    def start(self) -> None:
        """Begin to drain what is, or comes, into the spool."""
        if self._spooler.has_orphans():
            self._backlog.set()  # what a confirmation is about may be there only
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End what runs in the background."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def finish(self, *, grace: float) -> None:
        """Write what can be written in `grace` seconds; the rest stays in the spool."""
        try:
            async with asyncio.timeout(grace):
                await self._recorder.close()
                while self._spooler.opened and await self._drain_once():
                    pass
        except Exception as error:  # noqa: BLE001 (closing goes on; the rest is in the spool)
            _report(error)

    async def _run(self) -> None:
        rest = _SHORTEST_REST
        while True:
            try:
                await self._adopt_when_due()
                await self._drain_when_needed()
            except Exception as error:  # noqa: BLE001 (what waits, waits for this task alone)
                _report(error)
                await asyncio.sleep(rest * random.uniform(0.5, 1))  # noqa: S311 (jitter)
                rest = min(rest * 2, _LONGEST_REST)
            else:
                rest = _SHORTEST_REST

    async def _adopt_when_due(self) -> None:
        """Take over what processes that died have left, unless that only filled our own spool."""
        now = asyncio.get_running_loop().time()
        if self._outage or now < self._adoption_due:
            return
        self._adoption_due = now + ADOPTION_SECONDS
        try:
            await self._spooler.adopt_orphans()
        except (SpoolError, OSError) as error:
            _log.warning("a spool without an owner cannot be taken over: %s", error)
        if self._spooler.opened:  # also when not every orphan could be taken over
            self._backlog.set()

    async def _drain_when_needed(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout_at(self._adoption_due):
                await self._backlog.wait()
        if not self._backlog.is_set():
            return
        kept = self._metrics.spooled
        more = await self._drain_once()
        # What was kept since the spool was read keeps the drain awake.
        if not more and not self._outage and kept == self._metrics.spooled:
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
        self._metrics.drained += len(done)
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
        results = await self._write(records)
        for entry_id, result in zip(ids, results, strict=True):
            if isinstance(result, Exception):
                await self._set_apart(entry_id, str(result))
            elif result is None:
                await self._set_apart(entry_id, "the queued message that it confirms is not stored")
            else:
                done.append(entry_id)
        return done

    async def _write(self, records: Sequence[Record]) -> Sequence[Written | Exception]:
        """Write records; a bug that one of them meets is its own result, and holds up no other."""
        try:
            return await self._recorder.write_many(records)
        except _EXPECTED:
            raise
        except Exception as error:  # noqa: BLE001 (as above)
            _report(error)
            if len(records) == 1:
                return [RecordRefused(f"writing it met a bug ({type(error).__name__})")]
        return [result for record in records for result in await self._write([record])]

    async def _set_apart(self, entry_id: int, reason: str) -> None:
        await self._spooler.set_apart(entry_id, reason)
        self._metrics.quarantined += 1
        _log.error("a spooled record is in the quarantine: %s", reason)


def _report(error: Exception) -> None:
    """Say why the spool waits: our own sentences hold nothing personal, those of others might."""
    if isinstance(error, _EXPECTED):
        _log.info("the spool waits: %s", str(error) or "no answer in time")
        return
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    place = frame and f"{frame.tb_frame.f_code.co_qualname}, line {frame.tb_lineno}"
    _log.error("the drain goes on after a bug: %s in %s", type(error).__name__, place)
