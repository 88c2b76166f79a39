"""MessageRepository: every message in, every question about messages answered."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from messagestore.database.database import Database
from messagestore.database.reader import Reader
from messagestore.errors import InvalidMessage, MessageNotFound
from messagestore.identifiers import carries_time, time_of
from messagestore.message import Message, NewMessage, StoredMessage
from messagestore.repository import removal
from messagestore.repository.bulk_load import LoadResult, load
from messagestore.repository.insertion import BatchResult, RefusedMessage, insert
from messagestore.repository.keys import Key, find_key, read, topics_of
from messagestore.repository.message_pages import MessagePages
from messagestore.repository.page import check_limit, to_uuid
from messagestore.repository.queries import sql
from messagestore.repository.recorder import Recorder
from messagestore.repository.rows import to_message
from messagestore.repository.threads import Thread, read_thread
from messagestore.sanitizer import Sanitizer

Clock = Callable[[], datetime]


class MessageRepository(MessagePages):
    """Reads and writes the table `messages`.

    What decides a write is read from the primary, every other question goes to the reader.

    Hidden (soft-deleted) messages appear only where `include_deleted` says so. A page holds up to
    `limit` messages, newest first; give its `next` as `before` to read on. Wrong arguments raise
    InvalidQuery, a database that does not answer DatabaseError.
    """

    def __init__(
        self, database: Database, reader: Reader, recorder: Recorder, clock: Clock
    ) -> None:
        super().__init__(reader)
        self._database = database
        self._recorder = recorder
        self._clock = clock

    # Writing

    async def create(self, new: NewMessage) -> StoredMessage:
        """Store a message; when its message_id is known, return the existing row instead.

        Raises InvalidMessage or RecordRefused when its content cannot be stored.
        """
        return await self._recorder.store(Message.from_new(new, now=self._clock()))

    async def create_many(self, new: Iterable[NewMessage]) -> BatchResult:
        """Store any number of messages; those that are refused are listed and harm no other."""
        messages: list[Message] = []
        positions: list[int] = []
        refused: list[RefusedMessage] = []
        for index, item in enumerate(new):
            try:
                messages.append(Message.from_new(item, now=self._clock()))
                positions.append(index)
            except InvalidMessage as error:
                refused.append(RefusedMessage(index, item.message_id, error))
        result = await self.create_exactly(messages)
        refused += [
            RefusedMessage(positions[failure.index], failure.message_id, failure.error)
            for failure in result.refused
        ]
        return BatchResult(result.stored, sorted(refused, key=lambda failure: failure.index))

    async def create_exactly(self, messages: Sequence[Message]) -> BatchResult:
        """Store complete messages as they are, ids included: what `export` wrote."""
        result = await insert(self._database, messages)
        for stored in result.stored:
            self._reader.wrote(*topics_of(stored.message))
        return result

    async def load(self, messages: Sequence[Message]) -> LoadResult:
        """Do the same with some thousands at once, in less time and without returning the rows."""
        loaded = await load(self._database, messages)
        self._reader.wrote(None)
        return loaded

    async def soft_delete(self, identifier: str | UUID, *, reason: str | None = None) -> Message:
        """Hide a message, named by message_id or id, from every query and counter.

        Raises MessageNotFound. Hiding twice changes nothing.
        """
        message = await _require(self._database, identifier)
        reason = None if reason is None else Sanitizer().text(reason, field="reason")
        hidden = await removal.soft_delete(
            self._database, Key.of(message), at=self._clock(), reason=reason
        )
        return await self._changed(message, hidden)

    async def restore(self, identifier: str | UUID) -> Message:
        """Show a hidden message again. Raises MessageNotFound."""
        message = await _require(self._database, identifier)
        shown = await removal.restore(self._database, Key.of(message))
        return await self._changed(message, shown)

    async def hard_delete(self, identifier: str | UUID) -> Message:
        """Remove a message and its key for good; answers to it lose the link.

        Raises MessageNotFound. Returns what was removed.
        """
        message = await _require(self._database, identifier)
        if not await removal.hard_delete(self._database, Key.of(message), at=self._clock()):
            raise _not_found()
        self._reader.wrote(*topics_of(message))
        return message

    # Single messages

    async def exists(self, message_id: str) -> bool:
        """Whether a message with that message_id is stored and not hidden."""
        return await self.get_by_message_id(message_id) is not None

    async def get(self, identifier: str | UUID, *, include_deleted: bool = False) -> Message | None:
        """Return the message with that id of ours (a UUID), or None."""
        value = to_uuid(identifier, "identifier")
        return await _find(self._reader, value, include_deleted=include_deleted)

    async def get_by_message_id(
        self, message_id: str, *, include_deleted: bool = False
    ) -> Message | None:
        """Return the message with that provider's id, or None."""
        return await _find(self._reader, message_id, include_deleted=include_deleted)

    async def get_thread(self, identifier: str | UUID, *, limit: int = 200) -> Thread:
        """Return a message with what it answers and what answers it. Raises MessageNotFound."""
        check_limit(limit)
        message = await _require(self._reader, identifier, include_deleted=False)
        return await read_thread(self._reader.about(message.context_id), message, limit)

    async def _changed(self, before: Message, after: Message | None) -> Message:
        """Note a change, and return the row as it is now, which may have been so before."""
        self._reader.wrote(*topics_of(before))
        return after or await _require(self._database, before.id)


async def _find(reader: Reader, identifier: str | UUID, *, include_deleted: bool) -> Message | None:
    source = reader.about(identifier)
    if not isinstance(identifier, UUID):
        key = await find_key(source, identifier)
        return await read(source, key, include_deleted=include_deleted) if key else None
    if not carries_time(identifier):
        return None
    row = await source.fetch_row(sql("get"), identifier, time_of(identifier), include_deleted)
    return to_message(row) if row else None


async def _require(
    reader: Reader, identifier: str | UUID, *, include_deleted: bool = True
) -> Message:
    message = await _find(reader, identifier, include_deleted=include_deleted)
    if message is None:
        raise _not_found()
    return message


def _not_found() -> MessageNotFound:
    return MessageNotFound("No message has this id; it was never stored, or is deleted for good")
