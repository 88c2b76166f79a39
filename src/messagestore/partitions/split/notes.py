"""What a split notes at its tables, as a comment: whoever runs it again goes on from there."""

from datetime import datetime
from uuid import UUID

import msgspec

from messagestore.database.migrator.connecting import Connection
from messagestore.identifiers import FIRST_ID, first_id
from messagestore.partitions.layout import sql

COPY = "messages_split"
"""What the messages are copied into; its partitions are the parts that are ready."""

OLD = "messages_before_split"
"""The partition that the copy has replaced, until both have been compared."""


class Part(msgspec.Struct, frozen=True):
    """A partition to be; its messages are those of `lower` <= created_at < `upper`."""

    name: str
    lower: datetime | None
    upper: datetime

    @property
    def first(self) -> UUID:
        """The id before those of its messages."""
        return FIRST_ID if self.lower is None else first_id(self.lower)

    @property
    def last(self) -> UUID:
        """The id after those of its messages."""
        return first_id(self.upper)


class Note(msgspec.Struct, frozen=True):
    """What is being split, into what, and how far its copy is up to date.

    The copy holds what all transactions below `place` wrote.
    """

    whole: Part
    parts: list[Part]
    place: int

    def written(self) -> bytes:
        """Return what is noted."""
        return msgspec.json.encode(self)


class State(msgspec.Struct, frozen=True):
    """The notes at both tables, and whether the copy is in use already."""

    copy: Note | None
    old: Note | None
    switched: bool


async def read_state(connection: Connection) -> State:
    """Read how far a split has come."""
    row = await connection.fetchrow(sql("split_state"))
    assert row is not None  # noqa: S101 (the query returns one)
    return State(_read(row["copy"]), _read(row["old"]), row["switched"])


async def read_place(connection: Connection) -> int:
    """Return the transaction below which all have ended."""
    return int(await connection.fetchval(sql("split_place")))


async def is_marked(connection: Connection, since: int) -> bool:
    """Whether every change since a transaction is still there."""
    return bool(await connection.fetchval(sql("split_marked"), since))


def _read(note: str | None) -> Note | None:
    return None if note is None else msgspec.json.decode(note, type=Note)
