"""WAHA, the WhatsApp HTTP API: the webhooks of a session, with any of its engines.

`{event, session, me, payload, engine, …}`: `me.id` is the account, and what is in `payload` differs
between the engines (WEBJS, NOWEB, GOWS), most of all in `_data`, which is the engine's own message.
Source: https://waha.devlike.pro/docs/how-to/events/ and the code, github.com/devlikeapro/waha.
"""

from collections.abc import Mapping

from messagestore.errors import InvalidPayload
from messagestore.event import Event
from messagestore.providers.attempt import each_part
from messagestore.providers.fields import child, identifier, text
from messagestore.providers.payload import JsonObject, decode_object
from messagestore.providers.provider import NO_HEADERS
from messagestore.providers.waha.events import event_of
from messagestore.providers.whatsapp_web.session import Session

__all__ = ["Waha"]


class Waha:
    """One event of a session."""

    name = "waha"

    def parse(
        self, body: bytes, headers: Mapping[str, str] = NO_HEADERS, *, account: str | None = None
    ) -> list[Event]:
        """Return what the webhook means; see `Provider.parse`."""
        del headers  # the signature is checked before
        envelope = decode_object(body)
        if not isinstance(envelope.get("event"), str):
            raise InvalidPayload("`event` must be a string: this is not a webhook of WAHA")

        def events(part: JsonObject) -> list[Event]:
            me = identifier(child(part, "me"), "id")
            session = Session.of(self.name, me, account, name=text(part, "session"))
            return [event_of(session, part)]

        return list(each_part([envelope], "webhook", events))
