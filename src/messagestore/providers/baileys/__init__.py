"""Baileys, the TypeScript library: its events, as a bot forwards them.

A body is `{"event": "messages.upsert", "data": …, "me": sock.user}`, or the data alone where it is
a message or an array of messages. Source: https://github.com/WhiskeySockets/Baileys, src/Types.
"""

from collections.abc import Mapping

from messagestore.errors import InvalidPayload
from messagestore.event import Event, Ignored
from messagestore.providers.attempt import each_part
from messagestore.providers.baileys.events import events_of
from messagestore.providers.fields import child, identifier, text
from messagestore.providers.payload import JsonObject, decode, json_type
from messagestore.providers.provider import NO_HEADERS
from messagestore.providers.whatsapp_web.session import Session

__all__ = ["Baileys"]


class Baileys:
    """One event, or an array of them; one message, or an array of them."""

    name = "baileys"

    def parse(
        self, body: bytes, headers: Mapping[str, str] = NO_HEADERS, *, account: str | None = None
    ) -> list[Event]:
        """Return what the body means; see `Provider.parse`."""
        del headers  # the library sends none of its own
        value = decode(body)
        if not isinstance(value, dict | list):
            raise InvalidPayload(f"the body must be an event or a message: {json_type(value)}")
        parts = value if isinstance(value, list) else [value]
        name = "events" if isinstance(value, list) else "event"

        def events(part: JsonObject) -> list[Event]:
            me = child(part, "me")
            session = Session.of(
                self.name, identifier(me, "id"), account, name=text(part, "session")
            )
            return list(events_of(session, part))

        return list(each_part(parts, name, events)) or [Ignored(reason="an empty array")]
