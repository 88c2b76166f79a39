"""Changes: what was committed, in an order in which nothing comes late.

Every statement that writes messages notes which (0006_changes.sql). Readers go by transaction, and
only below the oldest one that still runs: what they have passed is final. docs/adr/0009 says why.
"""

from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

import msgspec

from messagestore.database.database import Database
from messagestore.errors import InvalidQuery
from messagestore.identifiers import time_of
from messagestore.message import Message
from messagestore.repository.queries import sql
from messagestore.repository.rows import to_messages

_FORGOTTEN_AT_ONCE = 1000
_LARGEST = 2**63 - 1


class ChangeKind(StrEnum):
    """What became of a message; `removed` is also one that was hidden."""

    CREATED = "created"
    CHANGED = "changed"
    REMOVED = "removed"


class Place(msgspec.Struct, frozen=True, order=True):
    """A place between two changes."""

    transaction: int
    number: int
    index: int

    def __str__(self) -> str:
        """Return the place as text, which `read` takes."""
        return f"{self.transaction}-{self.number}-{self.index}"

    @classmethod
    def read(cls, text: str) -> Self:
        """Return the place that a text names. Raises InvalidQuery."""
        parts = text.split("-")
        if len(parts) == 3 and all(part.isascii() and part.isdigit() for part in parts):  # noqa: PLR2004
            numbers = [int(part) for part in parts if len(part) <= len(str(_LARGEST))]
            if len(numbers) == len(parts) and max(numbers) <= _LARGEST:
                return cls(*numbers)
        raise InvalidQuery("a place in the stream is the id of an event that it gave")


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One message that was written; `message` is the row as it was when the change was read.

    That is None where the message is hidden or gone by then.
    """

    place: Place
    at: datetime
    kind: ChangeKind
    context_id: str
    id: UUID
    message: Message | None


class ChangeRepository:
    """Reads the changes, and forgets those that nobody needs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def end(self) -> Place:
        """Return the place before everything that is not committed yet."""
        row = await self._database.fetch_row(sql("get_stream_end"))
        return Place(row["transaction"] if row else 0, 0, 0)

    async def read(self, after: Place, *, statements: int) -> list[Change]:
        """Return what was committed after a place, by so many statements at most."""
        # The statement of the place itself once more: some of its messages may come after it.
        start = (after.transaction, max(0, after.number - 1), statements)
        rows = await self._database.fetch(sql("get_changes"), *start)
        keys = {key for row in rows for key in zip(row["context_ids"], row["ids"], strict=True)}
        messages = await self._messages(keys)
        changes = (
            Change(
                place=Place(row["transaction"], row["number"], index),
                at=row["at"],
                kind=ChangeKind(row["kind"]),
                context_id=context_id,
                id=id_,
                message=messages.get(id_),
            )
            for row in rows
            for index, (context_id, id_) in enumerate(
                zip(row["context_ids"], row["ids"], strict=True), start=1
            )
        )
        return [change for change in changes if change.place > after]

    async def has_forgotten(self, after: Place) -> bool:
        """Whether something that came after a place may have been removed already."""
        row = await self._database.fetch_row(sql("get_oldest_change"))
        return row is None or row["transaction"] > after.transaction

    async def forget(self, before: datetime) -> int:
        """Remove older changes, a bounded number; return how many."""
        rows = await self._database.write(sql("forget_changes"), before, _FORGOTTEN_AT_ONCE)
        return len(rows)

    async def _messages(self, keys: set[tuple[str, UUID]]) -> dict[UUID, Message]:
        if not keys:
            return {}
        places = [(context_id, time_of(id_), id_) for context_id, id_ in keys]
        columns = [list(column) for column in zip(*places, strict=True)]
        rows = to_messages(await self._database.fetch(sql("get_messages"), *columns))
        return {message.id: message for message in rows if not message.is_deleted}
