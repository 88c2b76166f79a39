"""Restocking: lines that export wrote, checked and stored as they are."""

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from messagestore.cli.account import report_refused
from messagestore.cli.lines import Line, numbered, opened, shown, total_size
from messagestore.cli.progress import metered
from messagestore.errors import InvalidMessage
from messagestore.identifiers import time_of
from messagestore.logger.result import Outcome
from messagestore.message import Message, NewMessage

if TYPE_CHECKING:
    from messagestore.store import MessageStore

BATCH = 500
BATCH_BYTES = 8 * 1024 * 1024

_decode = msgspec.json.Decoder(Message).decode


class Restocking:
    """Stores lines in batches; those that are refused are named, and harm no other."""

    def __init__(self, store: "MessageStore") -> None:
        self._store = store
        self._lines: list[int] = []
        self._batch: list[Message] = []
        self._bytes = 0
        self.outcomes: dict[str, int] = dict.fromkeys(
            (Outcome.STORED, Outcome.DUPLICATE, Outcome.REFUSED), 0
        )

    async def take(self, path: Path) -> None:
        """Take all lines of a file. Raises DatabaseError when the database goes away."""
        with (
            opened(path) as stream,
            metered("Importing", unit="messages", total=total_size([path])) as meter,
        ):
            for line in numbered(stream):
                if line.data.strip():
                    await self._add(shown(path), line)
                meter.advance(len(line.data))
            await self._flush(shown(path))

    async def _add(self, name: str, line: Line) -> None:
        try:
            message = read_message(line.data)
        except InvalidMessage as error:
            self._refuse(name, line.number, str(error))
            return
        self._lines.append(line.number)
        self._batch.append(message)
        self._bytes += len(line.data)
        if len(self._batch) >= BATCH or self._bytes >= BATCH_BYTES:
            await self._flush(name)

    async def _flush(self, name: str) -> None:
        lines, batch = self._lines, self._batch
        self._lines, self._batch, self._bytes = [], [], 0
        if not batch:
            return
        result = await self._store.messages.create_exactly(batch)
        self.outcomes[Outcome.STORED] += result.created
        self.outcomes[Outcome.DUPLICATE] += result.duplicates
        for refused in result.refused:
            self._refuse(name, lines[refused.index], str(refused.error))

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
