"""One broken part of a payload must not lose the others."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from messagestore.errors import InvalidMessage
from messagestore.event import Event, Refused
from messagestore.providers.payload import JsonObject, json_type


def each_part(
    parts: Any, name: str, parse: Callable[[JsonObject], Iterable[Event]]
) -> Iterator[Event]:
    """Yield the events of every part of an array; a part that fails yields one Refused.

    The reason names the part's place, never what is in it.
    """
    if not isinstance(parts, list):
        yield Refused(reason=f"{name} must be an array, not {json_type(parts)}")
        return
    for index, part in enumerate(parts):
        yield from _attempt(part, f"{name}[{index}]", parse)


def _attempt(part: Any, place: str, parse: Callable[[JsonObject], Iterable[Event]]) -> list[Event]:
    if not isinstance(part, dict):
        return [Refused(reason=f"{place} must be an object, not {json_type(part)}")]
    try:
        return list(parse(part))
    except InvalidMessage as error:
        return [Refused(reason=f"{place}: {error}")]
