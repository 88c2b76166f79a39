"""What a request of Slack's carries: JSON, JSON in a form, a form, or socket mode's envelope."""

from messagestore.errors import InvalidPayload
from messagestore.providers.fields import child, text
from messagestore.providers.payload import JsonObject, decode_form, decode_object

_ENVELOPES = frozenset({"events_api", "interactive", "slash_commands"})


def read_body(body: bytes) -> JsonObject:
    """Return the payload; raises InvalidPayload where a body is none of Slack's."""
    payload = _decode(body)
    if text(payload, "type") in _ENVELOPES and isinstance(payload.get("payload"), dict):
        payload = child(payload, "payload")
    if "type" not in payload and "command" not in payload:
        raise InvalidPayload("neither `type` nor `command` is there: not a payload of Slack")
    return payload


def _decode(body: bytes) -> JsonObject:
    """Tell JSON from a form by the first byte, as Bolt does: a form never begins with a brace."""
    if not body.strip() or body.lstrip()[:1] in {b"{", b"["}:
        return decode_object(body)
    form = decode_form(body)
    if inner := text(form, "payload"):
        return decode_object(inner.encode("utf-8", "surrogatepass"))
    return form | {"type": "ssl_check"} if "ssl_check" in form else form
