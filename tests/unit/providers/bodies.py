"""Builders of small payloads, written after the providers' documentation."""

import json
from typing import Any
from urllib.parse import urlencode

from messagestore.event import Event, MessageReceived
from messagestore.message import NewMessage
from messagestore.providers import get_provider

BUSINESS = "12025550100"
PERSON = "13125550177"


def webhook(value: dict[str, Any], *, field: str = "messages") -> dict[str, Any]:
    metadata = {"display_phone_number": BUSINESS, "phone_number_id": "1001"}
    full = {"messaging_product": "whatsapp", "metadata": metadata} | value
    entry = {"id": "2001", "changes": [{"value": full, "field": field}]}
    return {"object": "whatsapp_business_account", "entry": [entry]}


def message(kind: str = "text", part: Any = None, **fields: Any) -> dict[str, Any]:
    content = {"body": "hello"} if part is None else part
    basic = {"from": PERSON, "id": "wamid.A1", "timestamp": "1788000000", "type": kind}
    return basic | {kind: content} | fields


def parse(provider: str, payload: Any, *, account: str | None = None) -> list[Event]:
    return get_provider(provider).parse(json.dumps(payload).encode(), account=account)


def twilio(**parameters: object) -> list[Event]:
    """Parse a webhook of Twilio's; without others it is an SMS that says hello."""
    sms = {
        "MessageSid": "SM1",
        "SmsStatus": "received",
        "AccountSid": "AC1",
        "From": f"+{PERSON}",
        "To": f"+{BUSINESS}",
        "Body": "hello",
        "NumMedia": "0",
    }
    given = {name: value for name, value in (sms | parameters).items() if value is not None}
    return get_provider("twilio").parse(urlencode(given).encode())


def cloud_messages(*messages: Any, field: str = "messages", **value: Any) -> list[Event]:
    return parse("whatsapp_cloud", webhook({"messages": list(messages)} | value, field=field))


def only_message(events: list[Event]) -> NewMessage:
    [event] = events
    assert isinstance(event, MessageReceived), event
    return event.message
