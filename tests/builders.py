"""Messages for tests, with what a test does not care about filled in."""

import itertools
from typing import Any

from messagestore import Direction, NewMessage

_numbers = itertools.count(1)


def new_message(content: str | None = "hello", **fields: Any) -> NewMessage:
    """Make an incoming message of a new id in the conversation `alice`."""
    defaults: dict[str, Any] = {
        "message_id": f"m{next(_numbers)}",
        "context_id": "alice",
        "direction": Direction.INCOMING,
        "sender": "alice",
        "recipient": "bot",
        "content": content,
    }
    return NewMessage(**defaults | fields)


def new_answer(content: str | None = "hi", **fields: Any) -> NewMessage:
    """Make an outgoing message of a new id in the conversation `alice`."""
    return new_message(
        content,
        **{"direction": Direction.OUTGOING, "sender": "bot", "recipient": "alice"} | fields,
    )
