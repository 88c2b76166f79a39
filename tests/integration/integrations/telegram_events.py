"""Events, to compare."""

from typing import Any

import msgspec

from messagestore.event import Event

_RAW = ("raw", "raw_edit")


def without_raw(events: list[Event]) -> list[Any]:
    """Return events without the provider's own object, as a framework spells some of it anew."""
    return [_without(msgspec.to_builtins(event)) for event in events]


def _without(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without(inner) for key, inner in value.items() if key not in _RAW}
    return value
