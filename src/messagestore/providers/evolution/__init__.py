"""Evolution API 2: the webhooks of an instance, over Baileys and over the Cloud API alike.

`{event, instance, data, sender, apikey, …}`: `sender` is the account that the instance is logged in
as, `data` is Baileys' message in another order. Source:
https://github.com/EvolutionAPI/evolution-api, src/api/integrations (read at 2.3.6).
"""

from collections.abc import Mapping

from messagestore.errors import InvalidPayload
from messagestore.event import Event
from messagestore.providers.attempt import each_part
from messagestore.providers.evolution.events import events_of
from messagestore.providers.fields import identifier, text
from messagestore.providers.payload import JsonObject, decode_object
from messagestore.providers.provider import NO_HEADERS
from messagestore.providers.whatsapp_web.session import Session

__all__ = ["Evolution"]


class Evolution:
    """One event of an instance."""

    name = "evolution"

    def parse(
        self, body: bytes, headers: Mapping[str, str] = NO_HEADERS, *, account: str | None = None
    ) -> list[Event]:
        """Return what the webhook means; see `Provider.parse`."""
        del headers  # the secret in them is checked before
        envelope = decode_object(body)
        if not isinstance(envelope.get("event"), str):
            raise InvalidPayload("`event` must be a string: this is not a webhook of Evolution API")

        def events(part: JsonObject) -> list[Event]:
            owner = identifier(part, "sender")
            session = Session.of(self.name, owner, account, name=text(part, "instance"))
            return list(events_of(session, part))

        return list(each_part([envelope], "webhook", events))
