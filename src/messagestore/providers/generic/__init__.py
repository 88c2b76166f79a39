"""Anything else: a provider that a mapping file describes.

`generic` itself has a mapping that takes our own column names as JSON.
"""

from collections.abc import Mapping as Headers
from importlib.resources import files
from typing import Any

from messagestore.errors import InvalidPayload
from messagestore.event import Event, Ignored
from messagestore.providers.attempt import each_part
from messagestore.providers.generic.events import Reading
from messagestore.providers.generic.mapping import Mapping, load_mapping
from messagestore.providers.generic.paths import Path
from messagestore.providers.payload import JsonObject, decode, json_type
from messagestore.providers.provider import NO_HEADERS

__all__ = ["GenericProvider", "load_mapping"]


class GenericProvider:
    """A provider of that name, whose payloads are as the mapping says."""

    def __init__(self, name: str, mapping: Mapping) -> None:
        self.name = name
        self._mapping = mapping
        self._places = tuple(dict.fromkeys(event.each for event in mapping.events))

    @property
    def secrets(self) -> frozenset[str]:
        """The keys that hold credentials, beside the usual ones."""
        return self._mapping.secrets

    @classmethod
    def of_columns(cls) -> "GenericProvider":
        """Return `generic`: messages under our own column names."""
        return cls("generic", load_mapping(files(__name__) / "columns.toml"))

    def parse(
        self, body: bytes, headers: Headers[str, str] = NO_HEADERS, *, account: str | None = None
    ) -> list[Event]:
        """Return what the body means; see `Provider.parse`."""
        del headers  # a mapping is about bodies
        root = decode(body)
        if not isinstance(root, dict | list):
            raise InvalidPayload(f"the body must be an object or an array: {json_type(root)}")
        reading = Reading(provider=self.name, account=account, mapping=self._mapping, root=root)
        events = [event for place in self._places for event in self._parts(reading, place)]
        return events or [Ignored(reason="a body in which the mapping finds nothing")]

    def _parts(self, reading: Reading, place: Path) -> list[Event]:
        """Return the events of what is at one place: of each part, that of the first match."""
        found = place.value(reading.root, reading.root)
        if found is None:
            return []

        def events(part: JsonObject) -> list[Event]:
            for mapped in self._mapping.events:
                if mapped.each == place and all(c.holds(reading.root, part) for c in mapped.match):
                    return [reading.event(mapped, part)]
            return [Ignored(reason="a part that matches no event of the mapping")]

        name = ".".join(map(str, place.steps)) or "body"
        return list(each_part(_array(found), name, events))


def _array(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
