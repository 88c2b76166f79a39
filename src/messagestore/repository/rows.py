"""Between rows of the table `messages` and the record."""

from collections.abc import Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any

import asyncpg
import msgspec

from messagestore.message import ContextType, Direction, MediaType, Message, Status

COLUMNS = (
    "id",
    "message_id",
    "context_id",
    "context_type",
    "direction",
    "sender",
    "recipient",
    "content",
    "media_url",
    "media_type",
    "media_content_type",
    "media_size",
    "status",
    "error_message",
    "metadata",
    "created_at",
    "delivered_at",
    "read_at",
    "reply_to_message_id",
    "is_bot_command",
    "is_admin_command",
    "command_name",
    "deleted_at",
    "is_deleted",
)
"""The columns of `messages`, in the table's order, which insert_messages.sql takes them in."""

_PLAIN = tuple(
    column
    for column in COLUMNS
    if column not in {"context_type", "direction", "media_type", "status", "metadata"}
)

_METADATA = COLUMNS.index("metadata")
_values = attrgetter(*COLUMNS)
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(dict[str, Any]).decode


def to_message(row: asyncpg.Record) -> Message:
    """Build the record from a row, by column names; columns of a newer schema are passed over."""
    media_type = row["media_type"]
    return Message(
        context_type=ContextType(row["context_type"]),
        direction=Direction(row["direction"]),
        media_type=None if media_type is None else MediaType(media_type),
        status=Status(row["status"]),
        metadata=_decode(row["metadata"]),
        **{column: row[column] for column in _PLAIN},
    )


def to_messages(rows: Sequence[asyncpg.Record]) -> list[Message]:
    """Build one record a row."""
    return [to_message(row) for row in rows]


def to_json(value: Mapping[str, Any]) -> str:
    """Write metadata as the text that a `jsonb` parameter takes."""
    return _encode(value).decode()


def to_columns(messages: Sequence[Message]) -> list[list[Any]]:
    """Turn records into one list a column, as insert_messages.sql takes them."""
    columns = [[getattr(message, column) for message in messages] for column in COLUMNS]
    columns[_METADATA] = [to_json(value) for value in columns[_METADATA]]
    return columns


def to_rows(messages: Sequence[Message]) -> Iterator[tuple[Any, ...]]:
    """Turn records into one tuple each, in the order of COLUMNS, as COPY takes them."""
    for message in messages:
        values = _values(message)
        yield (*values[:_METADATA], to_json(values[_METADATA]), *values[_METADATA + 1 :])
