"""A webhook's form becomes one event: of a message, of a status, or of a conversation."""

from collections.abc import Iterator

from messagestore.errors import InvalidPayload
from messagestore.event import Event, Ignored, MessageReceived
from messagestore.providers.fields import text
from messagestore.providers.payload import JsonObject
from messagestore.providers.twilio.conversations import conversation_event
from messagestore.providers.twilio.messages import message_id_of, new_message
from messagestore.providers.twilio.statuses import is_status, status_event

_MARKS = ("MessageSid", "SmsSid", "ConversationSid", "AccountSid")


def check_webhook(form: JsonObject) -> None:
    """Raise InvalidPayload for a form that Twilio did not make."""
    if not any(text(form, mark) for mark in _MARKS):
        raise InvalidPayload("the form has neither MessageSid nor AccountSid: it is not Twilio's")


def webhook_events(form: JsonObject) -> Iterator[Event]:
    """Yield the one event; raises InvalidMessage where it cannot be one."""
    yield parameters_event(form, raw=form)


def parameters_event(form: JsonObject, *, raw: JsonObject) -> Event:
    """Return the event of parameters; `raw` is what Twilio wrote them as."""
    if text(form, "ConversationSid"):
        return conversation_event(form)
    if not message_id_of(form):
        return Ignored(reason="a webhook of Twilio's that is not about a message")
    if is_status(form):
        return status_event(form)
    return MessageReceived(message=new_message(form, raw=raw))
