from datetime import UTC, datetime
from typing import Any

import pytest

from messagestore import Message, MessageStore
from messagestore.repository.rows import COLUMNS, to_message, to_messages
from tests.builders import new_message

_AT = datetime(2026, 2, 1, 12, 30, tzinfo=UTC)
_BACKWARDS = ", ".join(reversed(COLUMNS))


def full_message(**fields: Any) -> Message:
    """Return a message with something in every column."""
    new = new_message(
        media_url="https://files.example/1",
        media_type="image",
        media_content_type="image/png",
        media_size=7,
        status="read",
        error_message="a warning",
        metadata={"order": {"number": 1, "paid": True}, "tags": [1.5, None, "ü"]},
        created_at=_AT,
        delivered_at=_AT.replace(minute=31),
        read_at=_AT.replace(minute=32),
        reply_to_message_id="before",
        is_bot_command=True,
        command_name="help",
        **fields,
    )
    return Message.from_new(new, now=_AT.replace(day=2))


def test_a_message_has_the_columns_as_fields_in_their_order() -> None:
    """Fails when two fields of Message change places: rows are given to it by position."""
    assert Message.__struct_fields__ == COLUMNS


@pytest.mark.parametrize(
    "columns",
    ["*", "*, 1 AS newer", "1 AS newer, *", _BACKWARDS, f"{_BACKWARDS}, 1 AS newer"],
    ids=["as they are", "more behind", "more before", "backwards", "backwards and more"],
)
async def test_rows_are_read_by_the_names_of_their_columns(
    store: MessageStore, columns: str
) -> None:
    """Fails with `return rows` alone in in_order()."""
    messages = [full_message(message_id=f"m{number}") for number in range(3)]
    await store.messages.create_exactly(messages)
    rows = await store.database.fetch(f"SELECT {columns} FROM messages ORDER BY id")
    assert to_messages(rows) == messages
    assert to_message(rows[1]) == messages[1]
    assert to_messages([]) == []
