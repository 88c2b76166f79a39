"""What a message says and carries."""

from typing import Any

from messagestore.providers.content import Content
from messagestore.providers.fields import first_text, present, text, written_number
from messagestore.providers.payload import JsonObject, object_in_text
from messagestore.providers.twilio.media import attachments_of, media_type_of


def content_of(form: JsonObject) -> Content:
    """Return the content: the text, else what was tapped, else a place's name."""
    attachments = attachments_of(form)
    first = attachments[0] if attachments else {}
    kind = _kind(form, attachments)
    return Content(
        content=first_text(form, "Body", "ButtonText", "ListTitle", "Label"),
        media_url=first.get("url"),
        media_type=media_type_of(form, kind, attachments),
        media_content_type=first.get("content_type"),
        metadata={"kind": kind}
        | present(attachments=attachments or None)
        | _place(form)
        | _answer(form),
    )


def _kind(form: JsonObject, attachments: list[JsonObject]) -> str:
    """Return WhatsApp's `MessageType`; other channels name none, and what is there tells it."""
    if told := text(form, "MessageType"):
        return told.lower()
    if first_text(form, "ButtonText", "ButtonPayload"):
        return "button"
    if first_text(form, "ListId", "ListTitle", "InteractiveData", "FlowData"):
        return "interactive"
    return str(media_type_of(form, "", attachments) or "text")


def _place(form: JsonObject) -> dict[str, Any]:
    return present(
        latitude=written_number(form, "Latitude"),
        longitude=written_number(form, "Longitude"),
        location_name=text(form, "Label"),
        location_address=text(form, "Address"),
    )


def _answer(form: JsonObject) -> dict[str, Any]:
    """Return what was tapped, and the answers of a finished flow, which are JSON in a text."""
    flow = object_in_text(text(form, "InteractiveData")) or object_in_text(text(form, "FlowData"))
    return present(
        reply_id=first_text(form, "ButtonPayload", "ListId"),
        reply_title=first_text(form, "ButtonText", "ListTitle"),
        reply_description=text(form, "ListDescription"),
        flow_response=flow,
    )
