"""Text and metadata come back as they were, or changed by the rule of sanitizer.py, noted."""

import itertools
import json
import math
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from messagestore import MessageStore
from messagestore.errors import InvalidMessage
from tests.builders import new_message

_numbers = itertools.count()
_RELAXED = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

holdable = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
anything = st.text(st.characters(exclude_categories=[]))
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**200), 2**200)
    | st.floats(allow_nan=False, allow_infinity=False)
    | holdable,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(holdable, inner, max_size=4),
    max_leaves=20,
)


async def _back(store: MessageStore, content: str, metadata: dict[str, Any]) -> Any:
    message_id = f"t{next(_numbers)}"
    await store.messages.create(new_message(content, message_id=message_id, metadata=metadata))
    message = await store.messages.get_by_message_id(message_id)
    assert message is not None
    return message


@_RELAXED
@given(holdable, st.dictionaries(holdable, json_values, max_size=4))
async def test_any_unicode_text_and_any_json_come_back(
    store: MessageStore, content: str, metadata: dict[str, Any]
) -> None:
    metadata.pop("messagestore", None)
    message = await _back(store, content, metadata)
    assert message.content == content
    assert _as_numbers(message.metadata) == _as_numbers(metadata)


def _as_numbers(value: Any) -> Any:
    """`jsonb` holds decimals: 1e+16 comes back as the integer that is the same number."""
    if isinstance(value, dict):
        return {key: _as_numbers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_numbers(item) for item in value]
    return float(value) if isinstance(value, int | float) else value


@_RELAXED
@given(anything, st.dictionaries(anything, anything, max_size=3))
async def test_what_postgresql_cannot_hold_is_replaced_and_noted(
    store: MessageStore, content: str, metadata: dict[str, str]
) -> None:
    metadata.pop("messagestore", None)
    message = await _back(store, content, metadata)
    unholdable = [c for c in content if c == "\0" or "\ud800" <= c <= "\udfff"]
    assert len(message.content) == len(content)
    replaced = message.metadata.get("messagestore", {}).get("replaced", {})
    assert replaced.get("content", 0) == len(unholdable)
    assert len(message.metadata) == len(metadata) + bool(replaced)


async def test_numbers_that_json_does_not_know_become_text(store: MessageStore) -> None:
    metadata = {"a": math.nan, "b": [math.inf, -math.inf], "c": 10**1001, "d": 1e308}
    message = await _back(store, "x", metadata)
    assert message.metadata["a"] == "NaN"
    assert message.metadata["b"] == ["Infinity", "-Infinity"]
    assert message.metadata["c"] == hex(10**1001)
    assert float(message.metadata["d"]) == 1e308
    assert message.metadata["messagestore"] == {"replaced": {"metadata": 4}}


async def test_deep_json_is_kept_as_text_below_a_hundred_levels(store: MessageStore) -> None:
    deep: Any = "bottom"
    for _ in range(300):
        deep = {"k": deep}
    message = await _back(store, "x", deep)
    value, levels = message.metadata, 0
    while isinstance(value, dict):
        value = value["k"]
        levels += 1
    assert levels == 100
    assert json.dumps(json.loads(value)).count("{") == 200


async def test_json_that_contains_itself_is_refused(store: MessageStore) -> None:
    circle: dict[str, Any] = {}
    circle["self"] = circle
    with pytest.raises(InvalidMessage, match="metadata is not JSON"):
        await store.messages.create(new_message(metadata=circle))
