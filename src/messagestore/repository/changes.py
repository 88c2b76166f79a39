"""Changes: what was committed, in an order in which nothing comes late.

Every statement that writes messages notes which (0006_changes.sql). Readers go by transaction, and
only below the oldest one that still runs: what they have passed is final. docs/adr/0009 says why.
"""

from collections.abc import Collection, Iterator
from datetime import datetime
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

import msgspec

from messagestore.database.database import Database
from messagestore.errors import InvalidQuery
from messagestore.identifiers import time_of
from messagestore.message import Message
from messagestore.repository.keys import read_places
from messagestore.repository.queries import sql

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


class Changes(msgspec.Struct, frozen=True):
    """Some changes; all up to `end` were looked at, and `more` is whether others may follow it."""

    changes: list[Change]
    end: Place
    more: bool


class ChangeRepository:
    """Reads the changes, and forgets those that nobody needs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def end(self) -> Place:
        """Return the place before everything that is not committed yet."""
        row = await self._database.fetch_row(sql("get_stream_end"))
        return Place(row["transaction"] if row else 0, 0, 0)

    async def read(
        self, after: Place, *, statements: int, context_ids: Collection[str] | None = None
    ) -> Changes:
        """Return what was committed after a place, by so many statements at most.

        With `context_ids` of these conversations only: the messages of no other are read.
        """
        # The statement of the place itself once more: some of its messages may come after it.
        start = (after.transaction, max(0, after.number - 1), statements)
        rows = await self._database.fetch(sql("get_changes"), *start)
        found = [
            (place, row, context_id, id_)
            for row in rows
            for place, context_id, id_ in _written(row)
            if place > after and (context_ids is None or context_id in context_ids)
        ]
        messages = await self._messages({(context_id, id_) for _, _, context_id, id_ in found})
        changes = [
            Change(
                place=place,
                at=row["at"],
                kind=ChangeKind(row["kind"]),
                context_id=context_id,
                id=id_,
                message=messages.get(id_),
            )
            for place, row, context_id, id_ in found
        ]
        end = max([after, *(place for row in rows[-1:] for place, _, _ in _written(row))])
        return Changes(changes, end=end, more=len(rows) == statements)

    async def has_forgotten(self, after: Place) -> bool:
        """Whether something that came after a place may have been removed already."""
        row = await self._database.fetch_row(sql("get_oldest_change"))
        return row is None or row["transaction"] > after.transaction

    async def forget(self, before: datetime) -> int:
        """Remove older changes, a bounded number; return how many."""
        rows = await self._database.write(sql("forget_changes"), before, _FORGOTTEN_AT_ONCE)
        return len(rows)

    async def _messages(self, keys: set[tuple[str, UUID]]) -> dict[UUID, Message]:
        places = [(context_id, time_of(id_), id_) for context_id, id_ in keys]
        found = await read_places(self._database, places)
        return {message.id: message for message in found if not message.is_deleted}


def _written(row: Any) -> Iterator[tuple[Place, str, UUID]]:
    """Yield the place, the conversation and the id of each message that a statement wrote."""
    pairs = zip(row["context_ids"], row["ids"], strict=True)
    for index, (context_id, id_) in enumerate(pairs, start=1):
        yield Place(row["transaction"], row["number"], index), context_id, id_
