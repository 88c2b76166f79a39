"""What the bot does through the Messages API: requests as the client library makes them.

What was accepted is answered with a resource and its `sid`, what was not with `{code, message}`.
Redacting and deleting concern Twilio's copy of a message, not the chat's: they store nothing.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec

from messagestore.errors import InvalidPayload
from messagestore.event import StatusChanged
from messagestore.message import MediaType, NewMessage, Status
from messagestore.providers.content import Content, composed
from messagestore.providers.fields import checked_identifier, present, text, written_number
from messagestore.providers.payload import JsonObject, decode_object, object_in_text
from messagestore.providers.redaction import without_secrets
from messagestore.providers.twilio.failure import sentence_of
from messagestore.providers.twilio.messages import about, message_id_of, outgoing_parties
from messagestore.providers.twilio.statuses import CANCELED

_MESSAGES = re.compile(r"/2010-04-01/Accounts/(?P<account>\w+)/Messages(/(?P<sid>\w+))?(\.json)?")
_PLACE = re.compile(r"geo:(?P<Latitude>[^,|]+),(?P<Longitude>[^,|]+)(\|(?P<Label>.*))?", re.DOTALL)
_NOT_SAID = frozenset({"StatusCallback"})
"""A URL of the bot's own, which may hold a password."""

_FIRST_ERROR = 400


class Response(msgspec.Struct, frozen=True):
    """What Twilio answered to a request that sends: an id, or the reason why it refused."""

    message_id: str | None = None
    error: str | None = None


def message_of(
    method: str, url: str, data: Mapping[str, Any] | None, *, message_id: str
) -> NewMessage | None:
    """Return what a request sends, as `queued`; None where it sends nothing.

    `data` are the parameters by Twilio's names, `MediaUrl` one or a list. Raises InvalidMessage.
    """
    path = _MESSAGES.fullmatch(urlsplit(url).path)
    if method.upper() != "POST" or path is None or path["sid"] or not data:
        return None
    said = {key: _plain(value) for key, value in data.items() if key not in _NOT_SAID}
    form = {"AccountSid": path["account"]} | said
    return outgoing_message(form, message_id=message_id, status=Status.QUEUED)


def outgoing_message(form: JsonObject, *, message_id: str, **columns: Any) -> NewMessage:
    """Return the record of what a request with these parameters sends."""
    return composed(
        outgoing_parties(form),
        _content(form),
        message_id=message_id,
        metadata=about(form, "To"),
        raw=without_secrets(form),
        **columns,
    )


def event_of(method: str, url: str, data: Mapping[str, Any] | None) -> StatusChanged | None:
    """Return what a request that succeeded did to a message: a scheduled one was canceled."""
    path = _MESSAGES.fullmatch(urlsplit(url).path)
    if method.upper() != "POST" or path is None or not path["sid"] or not data:
        return None
    if str(_plain(data.get("Status"))).lower() != "canceled":
        return None
    message_id = checked_identifier(path["sid"], "MessageSid")
    return StatusChanged(message_id=message_id, status=Status.FAILED, error_message=CANCELED)


def response_of(status_code: int, body: str | bytes) -> Response:
    """Return what an answer says; one that cannot be read was a success by its code alone."""
    try:
        answer = decode_object(body.encode() if isinstance(body, str) else body)
    except InvalidPayload:
        answer = {}
    if status_code >= _FIRST_ERROR:
        form = {"ErrorCode": str(answer.get("code")), "ErrorMessage": answer.get("message")}
        return Response(error=sentence_of(form) or f"HTTP {status_code}")
    return Response(message_id=message_id_of({"MessageSid": text(answer, "sid")}))


def _content(form: JsonObject) -> Content:
    urls, place = _texts(form.get("MediaUrl")), _place(form)
    media_type = MediaType.LOCATION if place else MediaType.OTHER if urls else None
    template = text(form, "ContentSid")
    return Content(
        content=text(form, "Body") or text(place, "Label"),
        media_url=urls[0] if urls else None,
        media_type=media_type,
        metadata=present(
            kind="template" if template else str(media_type or "text"),
            attachments=[{"url": url} for url in urls] or None,
            latitude=written_number(place, "Latitude"),
            longitude=written_number(place, "Longitude"),
            location_name=text(place, "Label"),
            template_name=template,
            template_variables=object_in_text(text(form, "ContentVariables")),
            scheduled_for=text(form, "SendAt"),
        ),
    )


def _place(form: JsonObject) -> JsonObject:
    """Return the place of a `PersistentAction`: `geo:37.78,-122.39|375 Beale St`."""
    for action in _texts(form.get("PersistentAction")):
        if found := _PLACE.fullmatch(action):
            return found.groupdict()
    return {}


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [item for item in values if isinstance(item, str) and item]


def _plain(value: Any) -> Any:
    """Return a parameter as JSON: the library also takes enums, dates and decimals."""
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value if value is None or type(value) in (str, bool, int, float) else str(value)
