"""Recorder: writes records, many in one statement, each with a result or an error of its own."""

from collections.abc import Sequence
from itertools import groupby

from messagestore.database.database import Database
from messagestore.database.reader import Reader
from messagestore.errors import RecordRefused
from messagestore.message import Message, Status, StoredMessage
from messagestore.repository.batcher import BatchCounters, Batcher, BatchLimits
from messagestore.repository.confirmation import confirm_sent
from messagestore.repository.insertion import BATCH_BYTES, BATCH_ROWS, insert, weigh
from messagestore.repository.keys import Key, read, topics_of
from messagestore.repository.records import (
    ChangeStatus,
    ConfirmSent,
    Record,
    Rewrite,
    StoreMessage,
    Written,
)
from messagestore.repository.rewrites import apply_rewrite
from messagestore.repository.status_changes import StatusChange
from messagestore.repository.statuses import ChangeResult, apply_statuses


class Recorder:
    """Writes records to the database; concurrent calls share a commit.

    Raises what the database raises; DatabaseUnavailable also when over `waiting` calls wait.
    """

    def __init__(self, database: Database, reader: Reader, *, waiting: int) -> None:
        self._database = database
        self._reader = reader
        limits = BatchLimits(items=BATCH_ROWS, weight=BATCH_BYTES, waiting=waiting)
        self._messages = Batcher[Message, StoredMessage](self._insert, weigh, limits)
        self._statuses = Batcher[StatusChange, ChangeResult](self._change, lambda _: 1000, limits)

    async def store(self, message: Message) -> StoredMessage:
        """Store a message with the next batch."""
        stored = await self._messages.submit(message)
        self._note(stored.message)
        return stored

    async def change_status(self, change: StatusChange) -> ChangeResult:
        """Raise a status with the next batch."""
        result = await self._statuses.submit(change)
        self._note(result.message)
        return result

    async def write(self, record: Record) -> Written:
        """Write any record."""
        match record:
            case StoreMessage(message=message):
                return await self.store(message)
            case ChangeStatus(change=change):
                return await self.change_status(change)
            case ConfirmSent():
                return await self.confirm(record)
            case _:
                return await self.rewrite(record)

    async def rewrite(self, rewrite: Rewrite) -> ChangeResult:
        """Rewrite a message, or let the rewrite wait for it."""
        result = await apply_rewrite(self._database, rewrite)
        self._note(result.message)
        return result

    async def confirm(self, sent: ConfirmSent) -> Message | None:
        """Give a queued message the provider's id; None when it is not stored."""
        message = await confirm_sent(self._database, sent.queued, sent.message_id, sent.at)
        self._reader.wrote(sent.queued.message_id, sent.queued.id)
        self._note(message)
        return message

    async def write_many(self, records: Sequence[Record]) -> list[Written | Exception]:
        """Write records in their order, runs of one kind in one statement.

        Content that is refused is returned in its place. An outage is raised: then none, some or
        all were written, and all may be written again.
        """
        results: list[Written | Exception] = []
        for _, run in groupby(records, type):
            results += await self._write_run(list(run))
        return results

    async def probe(self) -> None:
        """Ask the database whether it takes writes. Raises DatabaseUnavailable when not."""
        await self._database.require_writable()

    async def close(self) -> None:
        """Wait until what was submitted is written."""
        await self._messages.close()
        await self._statuses.close()

    @property
    def counters(self) -> dict[str, BatchCounters]:
        """What the batches came to, for messages and for statuses."""
        return {"messages": self._messages.counters, "statuses": self._statuses.counters}

    @property
    def waiting(self) -> int:
        """How many calls wait for a batch."""
        return self._messages.waiting + self._statuses.waiting

    def _note(self, message: Message | None) -> None:
        if message is not None:
            self._reader.wrote(*topics_of(message))

    async def _insert(self, messages: Sequence[Message]) -> list[StoredMessage | Exception]:
        result = await insert(self._database, messages)
        refused: dict[int, StoredMessage | Exception] = {}
        for failure in result.refused:
            sent = await self._find_sent(messages[failure.index])
            refused[failure.index] = (
                failure.error if sent is None else StoredMessage(sent, created=False)
            )
        stored = iter(result.stored)
        return [refused.get(index) or next(stored) for index in range(len(messages))]

    async def _find_sent(self, queued: Message) -> Message | None:
        """Return the row of a queued message that was stored before, and has got another id since.

        A drain that is cut off writes again what it wrote: the message and its confirmation.
        """
        if queued.status is not Status.QUEUED:
            return None
        return await read(self._database, Key.of(queued))

    async def _change(self, changes: Sequence[StatusChange]) -> list[ChangeResult | Exception]:
        try:
            return list(await apply_statuses(self._database, changes))
        except RecordRefused as error:
            if len(changes) == 1:
                return [error]
            middle = len(changes) // 2
            return await self._change(changes[:middle]) + await self._change(changes[middle:])

    async def _write_run(self, records: Sequence[Record]) -> list[Written | Exception]:
        messages = [record.message for record in records if isinstance(record, StoreMessage)]
        changes = [record.change for record in records if isinstance(record, ChangeStatus)]
        if messages or changes:
            results = await (self._insert(messages) if messages else self._change(changes))
            for result in results:
                if not isinstance(result, Exception):
                    self._note(result.message)
            return list(results)
        return [await self._amend_or_refuse(record) for record in records]

    async def _amend_or_refuse(self, record: Record) -> Written | Exception:
        try:
            return await self.write(record)
        except RecordRefused as error:
            return error
