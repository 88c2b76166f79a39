"""What no provider sends and somebody's code does: records of any text, number, time and shape."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from messagestore import MediaType, Status
from messagestore.event import MessageDeleted, MessageEdited, ReactionChanged, StatusChanged

_NASTY = [
    "\x00",
    "\ud800",
    "a\udfffb",
    "\ud83d\ude00",
    "",
    " ",
    "'; --",
    "%_\\",
    "\u202e",
    "\ufeff",
]
_ZONES = [UTC, timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))]
_EDGES = [
    datetime.min,  # noqa: DTZ901 (zones are added)
    datetime.max,  # noqa: DTZ901 (as above)
    datetime(1, 1, 1, 23, 59),  # noqa: DTZ001 (as above)
    datetime(1970, 1, 1),  # noqa: DTZ001 (as above)
    datetime(1999, 12, 31),  # noqa: DTZ001 (as above)
    datetime(9999, 12, 31),  # noqa: DTZ001 (as above)
]
_NUMBERS = [0, -0.0, 2**31, 2**63 - 1, 2**63, 2**64, -(2**63) - 1, 10**400, -(10**1000), 10**4000]


def mostly(usual: st.SearchStrategy[Any], rare: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Draw something rare once in ten times, so that most records can be stored."""
    return st.integers(0, 9).flatmap(lambda number: rare if number == 9 else usual)


wild_texts = st.one_of(
    st.text(st.characters(categories=None), max_size=20),
    st.sampled_from(_NASTY),
    st.integers(1, 3000).map(lambda size: "é" * size),
)
texts = st.text(max_size=20) | wild_texts
parties = mostly(st.text(min_size=1, max_size=9), wild_texts)
ids = mostly(st.sampled_from([*"abcdefgh", "\x00", "\ud800"]), wild_texts)
zoned = st.builds(
    datetime.replace, st.datetimes() | st.sampled_from(_EDGES), tzinfo=st.sampled_from(_ZONES)
)
times = st.none() | mostly(zoned, st.datetimes())
numbers = st.one_of(
    st.integers(), st.floats(), st.sampled_from(_NUMBERS), st.just(float("nan")), st.booleans()
)
scalars = mostly(st.none() | numbers | texts, st.just(object()) | st.just(b"bytes"))
keys = st.sampled_from(["edits", "reactions", "messagestore", "context"]) | texts


def _nested(depth: int) -> Any:
    value: Any = "deep"
    for level in range(depth):
        value = [value] if level % 2 else {"a": value}
    return value


shapes = st.one_of(
    st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
        max_leaves=8,
    ),
    st.sampled_from([98, 99, 100, 101, 900, 20_000]).map(_nested),
)
metadata = mostly(st.just({}) | st.dictionaries(keys, shapes, max_size=4), shapes)

messages = st.fixed_dictionaries(
    {
        "message_id": ids,
        "context_id": ids,
        "direction": mostly(st.sampled_from(["incoming", "outgoing"]), texts),
        "sender": parties,
        "recipient": parties,
    },
    optional={
        "context_type": st.sampled_from(["group", "private"]),
        "content": st.none() | texts,
        "media_url": st.none() | texts,
        "media_type": mostly(st.none() | st.sampled_from(MediaType), texts),
        "media_content_type": st.none() | texts,
        "media_size": mostly(st.none() | st.integers(0, 2**63 - 1), numbers),
        "status": st.none() | st.sampled_from(Status),
        "error_message": st.none() | texts,
        "metadata": metadata,
        "created_at": times,
        "delivered_at": times,
        "read_at": times,
        "reply_to_message_id": parties,
        "is_bot_command": st.booleans(),
        "command_name": parties,
    },
)

events = st.one_of(
    st.builds(
        StatusChanged,
        message_id=ids,
        status=st.sampled_from(Status),
        at=times,
        error_message=st.none() | texts,
    ),
    st.builds(
        MessageEdited,
        message_id=ids,
        edit_id=texts,
        at=times,
        content=st.none() | texts,
        metadata=metadata,
    ),
    st.builds(ReactionChanged, message_id=ids, sender=parties, emoji=st.none() | texts, at=times),
    st.builds(MessageDeleted, message_id=ids, reason=texts, at=times),
)

records = st.booleans().flatmap(lambda one: messages if one else events)


def alike(one: Any, other: Any) -> bool:
    """Whether two values are the same JSON; `jsonb` keeps numbers, but not how they are written."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, float) or isinstance(other, float):
        return float(one) == float(other)
    return bool(one == other)
