"""The WhatsApp Business Platform's Cloud API: the webhooks that Meta sends.

The source of every rule here is Meta's webhook reference,
https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference
"""

from collections.abc import Iterator, Mapping

from messagestore.errors import InvalidPayload
from messagestore.event import Event, Ignored
from messagestore.providers.attempt import each_part
from messagestore.providers.fields import child
from messagestore.providers.payload import JsonObject, decode_object
from messagestore.providers.provider import NO_HEADERS
from messagestore.providers.whatsapp_cloud.change import Change
from messagestore.providers.whatsapp_cloud.change_events import change_events

__all__ = ["WhatsAppCloud"]

_OBJECT = "whatsapp_business_account"


class WhatsAppCloud:
    """All entries, changes, messages and statuses of a webhook."""

    name = "whatsapp_cloud"

    def parse(
        self, body: bytes, headers: Mapping[str, str] = NO_HEADERS, *, account: str | None = None
    ) -> list[Event]:
        """Return what the webhook means; see `Provider.parse`."""
        del headers, account  # the signature is checked before; a webhook names its number
        webhook = decode_object(body)
        if webhook.get("object", _OBJECT) != _OBJECT:
            raise InvalidPayload(f'`object` must be "{_OBJECT}": this is not a WhatsApp webhook')
        if not isinstance(webhook.get("entry"), list):
            raise InvalidPayload("`entry` must be an array: this is not a WhatsApp webhook")
        events = list(each_part(webhook["entry"], "entry", _entry_events))
        return events or [Ignored(reason="a webhook without changes")]


def _entry_events(entry: JsonObject) -> Iterator[Event]:
    def events(change: JsonObject) -> Iterator[Event]:
        return change_events(Change.of(entry, change), child(change, "value"))

    return each_part(entry.get("changes", []), "changes", events)
