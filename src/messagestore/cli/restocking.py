"""Restocking: lines that export wrote, checked and stored as they are."""

import asyncio
from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from messagestore.cli.account import report_refused
from messagestore.cli.lines import Line, numbered_many, opened, shown, total_size
from messagestore.cli.progress import metered
from messagestore.errors import InvalidMessage
from messagestore.identifiers import time_of
from messagestore.logger.result import Outcome
from messagestore.message import Message, NewMessage

if TYPE_CHECKING:
    from messagestore.store import MessageStore

LOAD = 10_000
LOAD_BYTES = 16 * 1024 * 1024
"""Lines, and bytes of them, that are stored at a time."""

_BREATH = 100
"""Lines that are checked before the load that goes on meanwhile has a turn."""

_decode = msgspec.json.Decoder(Message).decode


class Restocking:
    """Stores lines in loads; those that are refused are named, and harm no other."""

    def __init__(self, store: "MessageStore") -> None:
        self._store = store
        self.outcomes: dict[str, int] = dict.fromkeys(
            (Outcome.STORED, Outcome.DUPLICATE, Outcome.REFUSED), 0
        )

    async def take(self, path: Path) -> None:
        """Take all lines of a file. Raises DatabaseError when the database goes away."""
        with (
            opened(path) as stream,
            metered("Importing", unit="messages", total=total_size([path])) as meter,
        ):
            ready: dict[int, Message] = {}
            # A load is stored while the next is checked, and never while it is read: whoever
            # writes to a pipe may be slow, and would hold up a transaction.
            loads = numbered_many(stream, count=LOAD, size=LOAD_BYTES)
            for lines in chain(loads, [[]]):
                storing = asyncio.create_task(self._store_load(shown(path), ready))
                try:
                    ready = await self._checked(shown(path), lines)
                finally:
                    await storing
                meter.advance(sum(len(line.data) for line in lines), items=len(lines))

    async def _checked(self, name: str, lines: Sequence[Line]) -> dict[int, Message]:
        """Return the messages by the number of their line; what is none is refused."""
        messages = {}
        for place, line in enumerate(lines):
            if place % _BREATH == 0:
                await asyncio.sleep(0)
            if not line.data.strip():
                continue
            try:
                messages[line.number] = read_message(line.data)
            except InvalidMessage as error:
                self._refuse(name, line.number, str(error))
        return messages

    async def _store_load(self, name: str, messages: Mapping[int, Message]) -> None:
        if not messages:
            return
        result = await self._store.messages.load(list(messages.values()))
        self.outcomes[Outcome.STORED] += result.created
        self.outcomes[Outcome.DUPLICATE] += result.duplicates
        numbers = list(messages)
        for refused in result.refused:
            self._refuse(name, numbers[refused.index], str(refused.error))

    def _refuse(self, name: str, line: int, reason: str) -> None:
        self.outcomes[Outcome.REFUSED] += 1
        report_refused(f"{name}:{line}", reason)


def read_message(data: bytes) -> Message:
    """Read a line. Raises InvalidMessage where it is not one that export wrote."""
    try:
        message = _decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise InvalidMessage(f"not a line of an export: {error}", field="line") from None
    # A new message makes the same demands on its fields, and says which is not met.
    NewMessage(**{field: getattr(message, field) for field in NewMessage.__struct_fields__})
    if time_of(message.id) != message.created_at:
        raise InvalidMessage("created_at is not the time in id", field="created_at")
    return message
