"""JSON: events of Event Streams, and Message resources as the API gives them.

Both name the parameters of a webhook in another spelling (`messageSid`, `message_sid`), so each is
written as such parameters and read in the one way.
"""

import re
from collections.abc import Iterator
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any

from messagestore.errors import InvalidPayload
from messagestore.event import Event, Ignored, MessageReceived
from messagestore.message import Direction, Status
from messagestore.providers.attempt import each_part
from messagestore.providers.fields import child, plain_word, required_identifier, text
from messagestore.providers.payload import JsonObject
from messagestore.providers.twilio.messages import new_message
from messagestore.providers.twilio.statuses import STATUSES, failure
from messagestore.providers.twilio.webhooks import parameters_event

_STREAM = "com.twilio.messaging."


def document_events(value: Any) -> list[Event]:
    """Return the events of a document; raises InvalidPayload for what is neither of the two.

    Event Streams sends an array of events; the API a resource, or a page with `messages`.
    """
    if isinstance(value, dict) and "messages" in value:
        name, parts = "messages", value["messages"]
    else:
        name, parts = "event", value if isinstance(value, list) else [value]
    if isinstance(parts, list) and not any(_is_known(part) for part in parts):
        if parts or name == "event":
            raise InvalidPayload("neither an event of Event Streams nor a message of Twilio's API")
        return [Ignored(reason="a page without messages")]
    return list(each_part(parts, name, _events))


def _is_known(part: Any) -> bool:
    return isinstance(part, dict) and ("specversion" in part or "sid" in part)


def _events(part: JsonObject) -> Iterator[Event]:
    yield _resource_event(part) if "specversion" not in part else _stream_event(part)


def _stream_event(event: JsonObject) -> Event:
    kind, data = text(event, "type") or "", child(event, "data")
    if not kind.startswith(_STREAM):
        return Ignored(reason="an event of another kind", unknown=_may_tell_of_a_message(kind))
    told = {"Timestamp": text(event, "time"), "MessageStatus": kind.rpartition(".")[2]}
    form = {f"{key[:1].upper()}{key[1:]}": _written(value) for key, value in data.items()}
    return parameters_event(told | _group(data) | form, raw=data)


def _may_tell_of_a_message(kind: str) -> bool:
    """Return whether a type is none of the many that are about calls, tasks, users and the like."""
    return "message" in kind if kind.startswith("com.twilio.") else kind != ""


def _group(data: JsonObject) -> JsonObject:
    """Return the others in a group MMS as the parameters of a webhook name them."""
    recipients = data.get("recipients")
    named = recipients if isinstance(recipients, list) else []
    others = [address for address in named if address != data.get("to")]
    return {f"OtherRecipients{place}": address for place, address in enumerate(others)}


def _resource_event(resource: JsonObject) -> Event:
    """Return a message of the past, or the answer to a send; its status is the latest."""
    direction = required_identifier(resource, "direction")
    form = {_camel(key): _written(value) for key, value in resource.items()}
    form |= {
        "MessageSid": required_identifier(resource, "sid"),
        "Timestamp": _rfc_2822(text(resource, "date_created")),
    }
    if direction == "inbound":
        return MessageReceived(message=new_message(form, raw=resource))
    if not direction.startswith("outbound"):
        reason = f"a message of the direction {plain_word(direction)}"
        return Ignored(reason=reason, unknown=True)
    word = (text(form, "Status") or "").lower()
    status = STATUSES.get(word)
    if status is Status.FAILED:
        form["ErrorMessage"] = text(form, "ErrorMessage") or failure(form, word)
    return MessageReceived(
        message=new_message(form, raw=resource, direction=Direction.OUTGOING, status=status)
    )


def _rfc_2822(written: str | None) -> str | None:
    """Return the time that `Thu, 24 Sep 2026 05:01:45 +0000` says, in ISO 8601."""
    try:
        told = parsedate_to_datetime(written or "")
        return told.astimezone(UTC).isoformat() if told.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _written(value: Any) -> Any:
    """Return a number as a form writes it; texts, and what a form cannot hold, as they are."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _camel(key: str) -> str:
    return re.sub(r"(?:^|_)([a-z])", lambda match: match[1].upper(), key)
