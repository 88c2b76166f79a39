"""Twilio Programmable Messaging: WhatsApp, SMS, MMS, RCS, Messenger.

A webhook is a form of flat parameters. JSON comes from Event Streams and from the Messages API,
whose resources are read too, so that the past can be fetched. Sources:
https://www.twilio.com/docs/messaging/guides/webhook-request,
https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks,
https://www.twilio.com/docs/conversations/conversations-webhooks,
https://www.twilio.com/docs/messaging/api/message-resource
"""

from collections.abc import Mapping

from messagestore.event import Event
from messagestore.providers.attempt import each_part
from messagestore.providers.payload import decode, decode_form
from messagestore.providers.provider import NO_HEADERS
from messagestore.providers.twilio.documents import document_events
from messagestore.providers.twilio.webhooks import check_webhook, webhook_events

__all__ = ["Twilio"]


class Twilio:
    """A webhook's form, or the JSON of Event Streams and of the Messages API."""

    name = "twilio"

    def parse(
        self, body: bytes, headers: Mapping[str, str] = NO_HEADERS, *, account: str | None = None
    ) -> list[Event]:
        """Return what the request means; see `Provider.parse`."""
        del headers, account  # the signature is checked before; each payload names the bot's end
        if body.lstrip()[:1] in (b"{", b"["):
            return document_events(decode(body))
        form = decode_form(body)
        check_webhook(form)
        return list(each_part([form], "webhook", webhook_events))
